module.exports = { reporter: '../../reporter.cjs', use: { baseURL: process.env.SITE, trace: 'on', screenshot: 'on' } };
