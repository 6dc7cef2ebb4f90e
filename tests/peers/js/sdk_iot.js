'use strict';
// AWS's IoT clients for JavaScript: control plane and Jobs data plane over HTTP on one port, paging,
// errors by name.

const iot = require('@aws-sdk/client-iot');
const data = require('@aws-sdk/client-iot-jobs-data-plane');
const {check, expect, refusal, runChecks, same, setting} = require('./checks.js');

const common = {endpoint: setting('CARTSTORM_HTTP'), maxAttempts: 1};
const control = new iot.IoTClient(common);
const device = new data.IoTJobsDataPlaneClient(common);
const thingName = 'peer:1';  // the colon is escaped in paths
const document = JSON.stringify({operation: 'reboot'});
let thingArn = '';

async function refused(promise, name, status) {
  const error = await refusal(promise, name);
  same([error.name, error.$metadata && error.$metadata.httpStatusCode], [name, status], 'error');
  expect(error.message.length > 0, `${name} has a message`);
  return error;
}

check('things and groups', async () => {
  ({thingArn} = await control.send(new iot.CreateThingCommand(
      {thingName, attributePayload: {attributes: {site: 'lab', hw: '3'}}})));
  const found = await control.send(new iot.DescribeThingCommand({thingName}));
  same([found.thingArn, found.attributes.site, found.version], [thingArn, 'lab', 1], 'thing');
  await control.send(new iot.CreateThingGroupCommand({thingGroupName: 'lab'}));
  await control.send(new iot.AddThingToThingGroupCommand({thingName, thingGroupName: 'lab'}));
  const {things} = await control.send(
      new iot.ListThingsInThingGroupCommand({thingGroupName: 'lab'}));
  same(things, [thingName], 'members');
});

check('a job, and its execution from both sides', async () => {
  const jobId = 'first';
  const {jobArn} = await control.send(new iot.CreateJobCommand(
      {jobId, targets: [thingArn], document, description: 'a reboot',
       timeoutConfig: {inProgressTimeoutInMinutes: 60}}));
  const {job} = await control.send(new iot.DescribeJobCommand({jobId}));
  same([job.jobArn, job.status, job.targetSelection, job.description,
        job.timeoutConfig.inProgressTimeoutInMinutes],
       [jobArn, 'IN_PROGRESS', 'SNAPSHOT', 'a reboot', 60], 'job');
  expect(Math.abs(Date.now() - job.createdAt.getTime()) < 600_000, 'createdAt is now');
  same((await control.send(new iot.GetJobDocumentCommand({jobId}))).document, document, 'document');

  const pending = await device.send(new data.GetPendingJobExecutionsCommand({thingName}));
  same(pending.queuedJobs.map((one) => one.jobId), [jobId], 'queued');
  const next = await device.send(new data.DescribeJobExecutionCommand({jobId: '$next', thingName}));
  same([next.execution.jobId, next.execution.jobDocument], [jobId, undefined], '$next, no document');
  const full = await device.send(new data.DescribeJobExecutionCommand(
      {jobId: '$next', thingName, includeJobDocument: true}));
  same(full.execution.jobDocument, document, 'over HTTP a document is text');
  const started = await device.send(new data.StartNextPendingJobExecutionCommand(
      {thingName, statusDetails: {step: 'one'}}));
  same([started.execution.status, started.execution.versionNumber], ['IN_PROGRESS', 2], 'start');
  const update = {jobId, thingName, status: 'IN_PROGRESS'};
  // The data plane has no exception of its own for this.
  const mismatch = await refused(
      device.send(new data.UpdateJobExecutionCommand({...update, expectedVersion: 9})),
      'InvalidStateTransitionException', 409);
  same(mismatch.message, 'Expected version 9 but found version 2', 'message');
  const updated = await device.send(new data.UpdateJobExecutionCommand(
      {...update, expectedVersion: 2, statusDetails: {step: 'two'}, includeJobExecutionState: true}));
  same([updated.executionState.versionNumber, updated.executionState.statusDetails],
       [3, {step: 'two'}], 'update');
  const {execution} = await control.send(new iot.DescribeJobExecutionCommand({jobId, thingName}));
  same([execution.status, execution.statusDetails.detailsMap, execution.thingArn],
       ['IN_PROGRESS', {step: 'two'}, thingArn], 'the same from the control plane');
  await device.send(new data.UpdateJobExecutionCommand({jobId, thingName, status: 'SUCCEEDED'}));
  await refused(device.send(new data.UpdateJobExecutionCommand(update)),
                'InvalidStateTransitionException', 409);
  await refused(device.send(new data.DescribeJobExecutionCommand({jobId, thingName})),
                'TerminalStateException', 410);
  same((await control.send(new iot.DescribeJobCommand({jobId}))).job.status, 'COMPLETED', 'job');
});

check('lists are paged', async () => {
  for (let i = 0; i < 7; ++i) {
    await control.send(new iot.CreateJobCommand({jobId: `page-${i}`, targets: [thingArn], document}));
  }
  const pages = [];
  for await (const page of iot.paginateListJobs({client: control, pageSize: 3},
                                                {status: 'IN_PROGRESS'})) {
    pages.push(page.jobs.map((one) => one.jobId));
  }
  same(pages.map((page) => page.length), [3, 3, 1], 'sizes of pages');
  same(pages.flat().sort(), Array.from({length: 7}, (_, i) => `page-${i}`), 'jobs');
  const executions = [];
  for await (const page of iot.paginateListJobExecutionsForThing(
      {client: control, pageSize: 5}, {thingName})) {
    executions.push(...page.executionSummaries);
  }
  same(executions.length, 8, 'executions of the thing');
});

check('jobs are cancelled and deleted', async () => {
  await control.send(new iot.CancelJobCommand({jobId: 'page-0', comment: 'enough'}));
  const {job} = await control.send(new iot.DescribeJobCommand({jobId: 'page-0'}));
  same([job.status, job.comment, job.jobProcessDetails.numberOfCanceledThings],
       ['CANCELED', 'enough', 1], 'job');
  await device.send(new data.StartNextPendingJobExecutionCommand({thingName}));
  await refused(control.send(new iot.CancelJobExecutionCommand({jobId: 'page-1', thingName})),
                'InvalidStateTransitionException', 409);
  await control.send(new iot.CancelJobExecutionCommand({jobId: 'page-1', thingName, force: true}));
  await refused(control.send(new iot.DeleteJobCommand({jobId: 'page-2'})),
                'InvalidStateTransitionException', 409);
  await control.send(new iot.DeleteJobCommand({jobId: 'page-2', force: true}));
  await refused(control.send(new iot.DescribeJobCommand({jobId: 'page-2'})),
                'ResourceNotFoundException', 404);
});

check('errors have the names that AWS gives them', async () => {
  const create = (more) => control.send(
      new iot.CreateJobCommand({jobId: 'other', targets: [thingArn], document, ...more}));
  await refused(create({jobId: 'page-3', document: '{}'}), 'ResourceAlreadyExistsException', 409);
  await refused(create({targets: [`${thingArn}-nobody`]}), 'ResourceNotFoundException', 404);
  await refused(create({document: '{'}), 'InvalidRequestException', 400);
  await refused(create({jobId: 'a b'}), 'InvalidRequestException', 400);
  await refused(control.send(new iot.DescribeThingCommand({thingName: 'nobody'})),
                'ResourceNotFoundException', 404);
  await refused(device.send(new data.DescribeJobExecutionCommand({jobId: 'none', thingName})),
                'ResourceNotFoundException', 404);
  const liar = new iot.IoTClient({...common, credentials: {
    accessKeyId: setting('AWS_ACCESS_KEY_ID'), secretAccessKey: 'x'}});
  await refused(liar.send(new iot.ListJobsCommand({})), 'InvalidSignatureException', 403);
  const stranger = new iot.IoTClient({...common, credentials: {
    accessKeyId: 'AKIANOBODYKNOWSTHIS1', secretAccessKey: 'x'}});
  await refused(stranger.send(new iot.ListJobsCommand({})), 'UnrecognizedClientException', 403);
});

runChecks();
