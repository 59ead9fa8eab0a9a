/**
 * Copies an image from Docker Hub into the account's own registry, Amazon ECR, and runs it on Amazon ECS from there.
 *
 * The copy goes blob by blob from one registry to the other; no Docker engine takes part. What ECR has already is not sent again.
 *
 *     CLOUD_CONTAINER_URL='ecs://eu-west-1/prod?subnets=subnet-1' node examples/dist/hub-to-ecr.js
 *
 * IMAGE names another image, of any registry.
 */
import { run, supports } from '@cloud/container-core';
import { providers, url } from '../providers.js';

const source = process.env['IMAGE'] ?? 'busybox:latest';
await using driver = await providers.connect(url);
if (!supports(driver, 'images')) throw new Error(`The provider ${driver.provider} holds no images.`);

const image = await driver.installImage(source);
console.log(`${source} is at ${image.reference}`);

const { stdout, exitCode } = await run(driver, { image, command: ['echo', 'started from there'] });
console.log(`${stdout.trim()} (exit code ${exitCode})`);
process.exitCode = exitCode ?? 1;
