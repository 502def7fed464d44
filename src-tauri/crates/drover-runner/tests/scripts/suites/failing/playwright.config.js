module.exports = { timeout: 4000, reporter: '../../reporter.cjs', use: { baseURL: process.env.SITE } };
