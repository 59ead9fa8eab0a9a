import { ecsDriver } from '@cloud/driver-ecs';
import { awsOptions } from '../support/aws.js';

// A program that mirrors an image into one repository of ECR after the other until it is killed.
const [endpoint = '', image = ''] = (process.env['FAULTS_MIRROR'] ?? '').split(' ');
const driver = await ecsDriver.connect(awsOptions(endpoint));
console.log('ready');
for (let index = 0; ; index += 1) await driver.installImage(image, { repository: `killed/${index}`, tag: '1' });
