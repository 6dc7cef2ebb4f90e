'use strict';
// A device of the AWS IoT device SDK over mutual TLS, by MQTT 3.1.1 or 5, as its builders make it.

const {iot, mqtt, mqtt5} = require('aws-iot-device-sdk-v2');
const {Mailbox, setting, within} = require('./checks.js');

const MINE = {cert: 'CARTSTORM_CERT', key: 'CARTSTORM_KEY', ca: 'CARTSTORM_CA'};

/** An empty payload comes as a buffer that is detached, which only its length survives. */
function text(payload) {
  return payload.byteLength === 0 ? '' : Buffer.from(payload).toString('utf8');
}

/** MQTT 3.1.1. `messages` and `states` are mailboxes. */
class Device311 {
  constructor({id, isPersistent = false, will, files = MINE}) {
    const builder = iot.AwsIotMqttConnectionConfigBuilder.new_mtls_builder_from_path(
        setting(files.cert), setting(files.key));
    builder.with_certificate_authority_from_path(undefined, setting(files.ca));
    builder.with_endpoint(setting('CARTSTORM_MQTTS_HOST'));
    builder.with_port(Number(setting('CARTSTORM_MQTTS_PORT')));
    builder.with_client_id(id);
    builder.with_clean_session(!isPersistent);
    builder.with_reconnect_min_sec(1).with_reconnect_max_sec(1);
    if (will) builder.with_will({...will, qos: mqtt.QoS.AtLeastOnce, retain: false});
    this.messages = new Mailbox();
    this.states = new Mailbox();
    this.connection = new mqtt.MqttClient().new_connection(builder.build());
    this.connection.on('interrupt', () => this.states.put('interrupted'));
    this.connection.on('resume', (_, isPresent) => this.states.put({isPresent}));
    this.connection.on('error', () => {});
    this.connection.on('message', (topic, payload) => {
      this.messages.put({topic, payload: text(payload)});
    });
  }

  /** Whether the broker knew the session. */
  connect() {
    return within(this.connection.connect(), 'CONNACK');
  }

  async subscribe(filter) {
    const answer = await within(this.connection.subscribe(filter, mqtt.QoS.AtLeastOnce), 'SUBACK');
    return answer.qos;
  }

  publish(topic, payload, retain = false) {
    return within(this.connection.publish(topic, payload, mqtt.QoS.AtLeastOnce, retain), 'PUBACK');
  }

  disconnect() {
    return within(this.connection.disconnect(), 'the end of the connection');
  }
}

/** MQTT 5. */
class Device5 {
  constructor({id, isPersistent = false, will, files = MINE}) {
    const builder = iot.AwsIotMqtt5ClientConfigBuilder.newDirectMqttBuilderWithMtlsFromPath(
        setting('CARTSTORM_MQTTS_HOST'), setting(files.cert), setting(files.key));
    builder.withCertificateAuthorityFromPath(undefined, setting(files.ca));
    builder.withPort(Number(setting('CARTSTORM_MQTTS_PORT')));
    const connect = {clientId: id, keepAliveIntervalSeconds: 1200};
    if (isPersistent) connect.sessionExpiryIntervalSeconds = 3600;
    if (will) {
      connect.will = {topicName: will.topic, payload: will.payload, qos: mqtt5.QoS.AtLeastOnce};
    }
    builder.withConnectProperties(connect);
    builder.withSessionBehavior(isPersistent ? mqtt5.ClientSessionBehavior.RejoinAlways
                                             : mqtt5.ClientSessionBehavior.Clean);
    builder.withMinReconnectDelayMs(100).withMaxReconnectDelayMs(1000);
    this.messages = new Mailbox();
    this.states = new Mailbox();
    this.stopped = new Mailbox();
    this.client = new mqtt5.Mqtt5Client(builder.build());
    this.client.on('messageReceived', ({message}) => {
      this.messages.put({topic: message.topicName, payload: text(message.payload), message});
    });
    this.client.on('connectionSuccess', ({connack}) => {
      this.states.put({isPresent: connack.sessionPresent, connack});
    });
    this.client.on('connectionFailure', ({error}) => this.states.put({failed: error.toString()}));
    this.client.on('disconnection', ({disconnect}) => {
      this.states.put({disconnected: disconnect ? disconnect.reasonCode : 'lost'});
    });
    this.client.on('stopped', () => this.stopped.put(true));
    this.client.on('error', () => {});
  }

  async connect() {
    this.client.start();
    const state = await this.states.take('CONNACK');
    if (state.connack === undefined) throw new Error(`not connected: ${JSON.stringify(state)}`);
    this.connack = state.connack;
    return state.isPresent;
  }

  async subscribe(filter, more = {}) {
    const subscriptions = [{topicFilter: filter, qos: mqtt5.QoS.AtLeastOnce, ...more}];
    const answer = await within(this.client.subscribe({subscriptions}), 'SUBACK');
    return answer.reasonCodes[0];
  }

  publish(topic, payload, retain = false, more = {}) {
    return within(this.client.publish({topicName: topic, payload, retain,
                                       qos: mqtt5.QoS.AtLeastOnce, ...more}), 'PUBACK');
  }

  async disconnect() {
    this.client.stop({reasonCode: mqtt5.DisconnectReasonCode.NormalDisconnection});
    await this.stopped.take('the end of the connection');
    this.client.close();
  }

  /** Leaves as a device without power does: no DISCONNECT. */
  async vanish() {
    this.client.stop();
    await this.stopped.take('the end of the connection');
    this.client.close();
  }
}

module.exports = {Device311, Device5};
