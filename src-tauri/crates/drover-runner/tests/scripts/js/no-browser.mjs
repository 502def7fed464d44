const answer = await fetch(`${process.env.SITE}/api`);
console.log(answer.status, await answer.json());
