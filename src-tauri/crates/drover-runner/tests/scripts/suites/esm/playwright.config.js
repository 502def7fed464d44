export default { reporter: '../../reporter.cjs', use: { baseURL: process.env.SITE } };
