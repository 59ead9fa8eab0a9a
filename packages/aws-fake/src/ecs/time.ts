/** ECS and ECR write times in seconds since the epoch, with milliseconds behind the point. */
export const seconds = (milliseconds: number) => milliseconds / 1000;
