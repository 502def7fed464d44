import drover from './index.cjs';

export const { secret, output, artifact, progress, pause } = drover;
export default drover;
