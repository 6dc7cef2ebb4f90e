'use strict';
// The two Jobs clients of the AWS IoT device SDK behind one interface. Calls resolve to what was
// accepted, or fail with the body of the rejection. `notify` and `notifyNext` are mailboxes.

const {randomUUID} = require('node:crypto');
const {iotjobs, mqtt} = require('aws-iot-device-sdk-v2');
const {Mailbox, within} = require('./checks.js');

const QOS = mqtt.QoS.AtLeastOnce;

/** IotJobsClientv2: it subscribes, publishes and matches client tokens by itself. */
class JobsV2 {
  constructor(client, thingName) {
    this.client = client;
    this.thingName = thingName;
    this.notify = new Mailbox();
    this.notifyNext = new Mailbox();
  }

  static over311(device, thingName) {
    return new JobsV2(iotjobs.IotJobsClientv2.newFromMqtt311(device.connection, this.limits()),
                      thingName);
  }

  static over5(device, thingName) {
    return new JobsV2(iotjobs.IotJobsClientv2.newFromMqtt5(device.client, this.limits()), thingName);
  }

  static limits() {
    return {maxRequestResponseSubscriptions: 8, maxStreamingSubscriptions: 4,
            operationTimeoutInSeconds: 60};
  }

  async listen() {
    const config = {thingName: this.thingName};
    await this.#open(this.client.createJobExecutionsChangedStream(config), this.notify);
    await this.#open(this.client.createNextJobExecutionChangedStream(config), this.notifyNext);
  }

  async #open(stream, mailbox) {
    const states = new Mailbox();
    stream.on('subscriptionStatus', (status) => states.put(status));
    stream.on('incomingPublish', ({message}) => mailbox.put(message));
    stream.on('incomingPublishError', ({error}) => mailbox.put({error: String(error)}));
    stream.open();
    const state = await states.take('the subscription of a stream');
    if (state.error) throw state.error;
  }

  async #ask(promise) {
    try {
      return await within(promise, 'a reply');
    } catch (error) {
      if (error.modeledError) throw Object.assign(new Error('rejected'), error.modeledError);
      throw error;
    }
  }

  pending() {
    return this.#ask(this.client.getPendingJobExecutions({thingName: this.thingName}));
  }
  startNext(more = {}) {
    return this.#ask(
        this.client.startNextPendingJobExecution({thingName: this.thingName, ...more}));
  }
  describe(jobId, more = {}) {
    return this.#ask(
        this.client.describeJobExecution({thingName: this.thingName, jobId, ...more}));
  }
  update(jobId, more) {
    return this.#ask(this.client.updateJobExecution({thingName: this.thingName, jobId, ...more}));
  }

  close() {
    this.client.close();
  }
}

/** IotJobsClient: the caller subscribes, publishes and matches. */
class JobsV1 {
  constructor(client, thingName) {
    this.client = client;
    this.thingName = thingName;
    this.notify = new Mailbox();
    this.notifyNext = new Mailbox();
    this.waiting = new Map();
    this.subscribed = new Set();
  }

  static over311(device, thingName) {
    return new JobsV1(new iotjobs.IotJobsClient(device.connection), thingName);
  }

  static over5(device, thingName) {
    return new JobsV1(iotjobs.IotJobsClient.newFromMqtt5Client(device.client), thingName);
  }

  async listen() {
    const config = {thingName: this.thingName};
    const into = (mailbox) => (error, event) => mailbox.put(error ? {error: String(error)} : event);
    await this.client.subscribeToJobExecutionsChangedEvents(config, QOS, into(this.notify));
    await this.client.subscribeToNextJobExecutionChangedEvents(config, QOS, into(this.notifyNext));
  }

  async #ask(call, request) {
    const name = {startNext: 'StartNextPendingJobExecution', pending: 'GetPendingJobExecutions',
                  describe: 'DescribeJobExecution', update: 'UpdateJobExecution'}[call];
    const topic = `${name}/${request.jobId || ''}`;
    if (!this.subscribed.has(topic)) {
      this.subscribed.add(topic);
      await this.client[`subscribeTo${name}Accepted`](request, QOS, this.#settle('resolve'));
      await this.client[`subscribeTo${name}Rejected`](request, QOS, this.#settle('reject'));
    }
    const clientToken = randomUUID();
    const reply = new Promise((resolve, reject) => {
      const rejected = (body) => reject(Object.assign(new Error('rejected'), body));
      this.waiting.set(clientToken, {resolve, reject: rejected});
    });
    reply.catch(() => {});  // it may come before PUBACK, when nobody looks yet
    await within(this.client[`publish${name}`]({...request, clientToken}, QOS), 'PUBACK');
    return within(reply, `a reply to ${name} with its client token`);
  }

  #settle(how) {
    return (error, body) => {
      if (error) throw error;
      const waiting = this.waiting.get(body.clientToken);
      // A reply that nobody waits for, or a second one, must not be.
      if (!waiting) throw new Error(`unexpected reply: ${JSON.stringify(body)}`);
      this.waiting.delete(body.clientToken);
      waiting[how](body);
    };
  }

  pending() {
    return this.#ask('pending', {thingName: this.thingName});
  }
  startNext(more = {}) {
    return this.#ask('startNext', {thingName: this.thingName, ...more});
  }
  describe(jobId, more = {}) {
    return this.#ask('describe', {thingName: this.thingName, jobId, ...more});
  }
  update(jobId, more) {
    return this.#ask('update', {thingName: this.thingName, jobId, ...more});
  }

  close() {}
}

module.exports = {JobsV1, JobsV2};
