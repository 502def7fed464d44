const http = require('node:http');

http.createServer((_, answer) => answer.end('<title>Own</title>')).listen(Number(process.env.OWN_PORT), '127.0.0.1');
