// A reporter as a project may have one: prints what came of each test, in an order that does not depend on speed.
class Plain {
  onBegin(config, suite) {
    this.suite = suite;
  }
  onEnd(result) {
    for (const test of this.suite.allTests()) {
      const tries = test.results.map((one) => one.status).join(' then ');
      console.log(test.titlePath().filter(Boolean).join(' > '), '|', tries, '|', test.outcome());
    }
    console.log('the whole', result.status);
  }
  printsToStdio() {
    return true;
  }
}

module.exports = Plain;
