module.exports = async () => console.log('torn down');
