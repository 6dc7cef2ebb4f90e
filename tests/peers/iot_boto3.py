#!/usr/bin/env python3
"""Drives the IoT control plane and the Jobs data plane through boto3, as a user would.

Needs the address of a running endpoint in CARTSTORM_HTTP (`http://127.0.0.1:8480`) and credentials
that it knows in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Prints one line per check and ends with
1 at the first that fails. Every name begins with a prefix of this run, so that it can be repeated
against one endpoint; CARTSTORM_RUN sets it.
"""
import datetime
import json
import os
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

RUN = os.environ.get("CARTSTORM_RUN", "p%d" % os.getpid())
DOCUMENT = '{"operation":"ota","version":"2.4.0"}'


def client(service):
    return boto3.client(
        service,
        endpoint_url=os.environ["CARTSTORM_HTTP"],
        region_name=os.environ.get("AWS_DEFAULT_REGION", "us-east-1"),
        config=Config(retries={"max_attempts": 1}, connect_timeout=5, read_timeout=20),
    )


class Failed(Exception):
    pass


def check(name, holds, found=""):
    if not holds:
        raise Failed("%s: found %r" % (name, found))
    print("ok   %s" % name, flush=True)


def equal(name, found, expected):
    if found != expected:
        raise Failed("%s: found %r, expected %r" % (name, found, expected))
    print("ok   %s" % name, flush=True)


def refused(name, code, status, call, /, **arguments):
    try:
        answer = call(**arguments)
    except ClientError as error:
        equal(name, (error.response["Error"]["Code"],
                     error.response["ResponseMetadata"]["HTTPStatusCode"]), (code, status))
        check(name + " says why", error.response["Error"]["Message"])
        return
    raise Failed("%s: accepted with %r, expected %s" % (name, answer, code))


def body(answer):
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}


def is_recent(moment):
    now = datetime.datetime.now(datetime.timezone.utc)
    return abs((now - moment).total_seconds()) < float(os.environ.get("CARTSTORM_CLOCK_SLACK", 3600))


def pages(call, key, **arguments):
    """All elements, one to a page; the last page has no token."""
    found, token = [], None
    while True:
        extra = {"nextToken": token} if token else {}
        answer = call(maxResults=1, **extra, **arguments)
        found += answer[key]
        token = answer.get("nextToken")
        if token is None:
            return found
        if len(answer[key]) != 1:
            raise Failed("a page of %s with a token holds %d elements" % (key, len(answer[key])))


class Names:
    """Of this run."""

    def __init__(self, iot):
        self.carts = ["%s-cart:%d" % (RUN, i) for i in range(3)]
        self.group = RUN + "-canary"
        self.child = RUN + "-child"
        self.iot = iot

    def job(self, name):
        return "%s-%s" % (RUN, name)


def things(iot, names):
    made = iot.create_thing(
        thingName=names.carts[0],
        attributePayload={"attributes": {"region": "eu", "hardware_revision": "3"}})
    equal("CreateThing names it", made["thingName"], names.carts[0])
    check("CreateThing gives ARN and id",
          made["thingArn"].endswith(":thing/" + names.carts[0]) and len(made["thingId"]) == 36, made)
    again = iot.create_thing(
        thingName=names.carts[0],
        attributePayload={"attributes": {"region": "eu", "hardware_revision": "3"}})
    equal("CreateThing again is the same", again["thingId"], made["thingId"])
    refused("CreateThing with other properties", "ResourceAlreadyExistsException", 409,
            iot.create_thing, thingName=names.carts[0])
    for name in names.carts[1:]:
        iot.create_thing(thingName=name)
    seen = iot.describe_thing(thingName=names.carts[0])
    equal("DescribeThing", (seen["defaultClientId"], seen["attributes"], seen["version"]),
          (names.carts[0], {"region": "eu", "hardware_revision": "3"}, 1))
    iot.update_thing(thingName=names.carts[0], expectedVersion=1,
                     attributePayload={"attributes": {"use": "retail"}, "merge": True})
    seen = iot.describe_thing(thingName=names.carts[0])
    equal("UpdateThing merges", (seen["attributes"]["use"], seen["attributes"]["region"],
                                 seen["version"]), ("retail", "eu", 2))
    refused("UpdateThing of an old version", "VersionConflictException", 409, iot.update_thing,
            thingName=names.carts[0], expectedVersion=1)
    refused("DescribeThing of none", "ResourceNotFoundException", 404, iot.describe_thing,
            thingName=RUN + "-none")
    refused("CreateThing with a bad attribute", "InvalidRequestException", 400, iot.create_thing,
            thingName=RUN + "-bad", attributePayload={"attributes": {"a b": "c"}})
    listed = [t["thingName"] for t in pages(iot.list_things, "things")]
    check("ListThings page by page", set(names.carts) <= set(listed), listed)
    listed = pages(iot.list_things, "things", attributeName="use", attributeValue="retail")
    check("ListThings by attribute", names.carts[0] in [t["thingName"] for t in listed], listed)
    refused("ListThings with a bad token", "InvalidRequestException", 400, iot.list_things,
            nextToken="nonsense")


def groups(iot, names):
    made = iot.create_thing_group(
        thingGroupName=names.group, tags=[{"Key": "stage", "Value": "canary"}],
        thingGroupProperties={"thingGroupDescription": "ten carts",
                              "attributePayload": {"attributes": {"owner": "qa"}}})
    check("CreateThingGroup", made["thingGroupArn"].endswith(":thinggroup/" + names.group), made)
    refused("CreateThingGroup with other properties", "ResourceAlreadyExistsException", 409,
            iot.create_thing_group, thingGroupName=names.group)
    iot.create_thing_group(thingGroupName=names.child, parentGroupName=names.group)
    seen = iot.describe_thing_group(thingGroupName=names.child)
    equal("DescribeThingGroup knows its parent",
          seen["thingGroupMetadata"]["parentGroupName"], names.group)
    check("DescribeThingGroup has a date",
          is_recent(seen["thingGroupMetadata"]["creationDate"]), seen)
    iot.add_thing_to_thing_group(thingGroupName=names.group, thingName=names.carts[0])
    iot.add_thing_to_thing_group(thingGroupName=names.child, thingName=names.carts[1])
    refused("AddThingToThingGroup twice in a hierarchy", "InvalidRequestException", 400,
            iot.add_thing_to_thing_group, thingGroupName=names.child, thingName=names.carts[0])
    refused("AddThingToThingGroup of no thing", "ResourceNotFoundException", 404,
            iot.add_thing_to_thing_group, thingGroupName=names.group, thingName=RUN + "-none")
    equal("ListThingsInThingGroup",
          pages(iot.list_things_in_thing_group, "things", thingGroupName=names.group),
          [names.carts[0]])
    equal("ListThingsInThingGroup with children",
          pages(iot.list_things_in_thing_group, "things", thingGroupName=names.group,
                recursive=True), names.carts[:2])
    equal("ListThingGroups by prefix",
          [g["groupName"] for g in pages(iot.list_thing_groups, "thingGroups",
                                         namePrefixFilter=RUN)], [names.group, names.child])
    equal("ListThingGroups by parent",
          [g["groupName"] for g in pages(iot.list_thing_groups, "thingGroups",
                                         parentGroup=names.group)], [names.child])
    equal("ListThingGroupsForThing",
          [g["groupName"] for g in iot.list_thing_groups_for_thing(
              thingName=names.carts[1])["thingGroups"]], [names.child])
    equal("UpdateThingGroup", iot.update_thing_group(
        thingGroupName=names.child, expectedVersion=1,
        thingGroupProperties={"thingGroupDescription": "more"})["version"], 2)
    refused("DeleteThingGroup with children", "InvalidRequestException", 400,
            iot.delete_thing_group, thingGroupName=names.group)
    return made["thingGroupArn"]


def tags(iot, arn):
    equal("ListTagsForResource", iot.list_tags_for_resource(resourceArn=arn)["tags"],
          [{"Key": "stage", "Value": "canary"}])
    iot.tag_resource(resourceArn=arn, tags=[{"Key": "a", "Value": "1"}])
    iot.untag_resource(resourceArn=arn, tagKeys=["stage"])
    equal("TagResource and UntagResource", iot.list_tags_for_resource(resourceArn=arn)["tags"],
          [{"Key": "a", "Value": "1"}])
    refused("ListTagsForResource of none", "ResourceNotFoundException", 404,
            iot.list_tags_for_resource, resourceArn=arn + "-none")


def endpoints(iot):
    for kind in ("iot:Data", "iot:Data-ATS", "iot:Jobs", "iot:CredentialProvider"):
        check("DescribeEndpoint " + kind,
              iot.describe_endpoint(endpointType=kind)["endpointAddress"])
    refused("DescribeEndpoint of no type", "InvalidRequestException", 400, iot.describe_endpoint,
            endpointType="iot:None")


def make_job(iot, names, arn, job_id, **more):
    return iot.create_job(jobId=job_id, targets=[arn], document=DOCUMENT, **more)


def created_jobs(iot, names, group_arn):
    job = names.job("full")
    config = {
        "presignedUrlConfig": {"roleArn": "arn:aws:iam::123456789012:role/S3Download",
                               "expiresInSec": 900},
        "jobExecutionsRolloutConfig": {"maximumPerMinute": 100, "exponentialRate": {
            "baseRatePerMinute": 10, "incrementFactor": 1.5,
            "rateIncreaseCriteria": {"numberOfNotifiedThings": 100}}},
        "abortConfig": {"criteriaList": [{"failureType": "FAILED", "action": "CANCEL",
                                          "thresholdPercentage": 100.0,
                                          "minNumberOfExecutedThings": 20}]},
        "timeoutConfig": {"inProgressTimeoutInMinutes": 120},
        "jobExecutionsRetryConfig": {"criteriaList": [{"failureType": "TIMED_OUT",
                                                       "numberOfRetries": 1}]},
    }
    made = make_job(iot, names, group_arn, job, description="canary", **config)
    equal("CreateJob", (made["jobId"], made["description"]), (job, "canary"))
    seen = iot.describe_job(jobId=job)["job"]
    for key, value in config.items():
        equal("DescribeJob " + key, seen[key], value)
    equal("DescribeJob", (seen["status"], seen["targetSelection"], seen["targets"],
                          seen["isConcurrent"]), ("IN_PROGRESS", "SNAPSHOT", [group_arn], False))
    check("DescribeJob dates", is_recent(seen["createdAt"]) and is_recent(seen["lastUpdatedAt"]), seen)
    equal("DescribeJob counts", (seen["jobProcessDetails"]["numberOfQueuedThings"],
                                 seen["jobProcessDetails"]["numberOfInProgressThings"]), (2, 0))
    equal("GetJobDocument", iot.get_job_document(jobId=job)["document"], DOCUMENT)
    iot.update_job(jobId=job, description="new words", timeoutConfig={"inProgressTimeoutInMinutes": 60})
    seen = iot.describe_job(jobId=job)["job"]
    equal("UpdateJob", (seen["description"], seen["timeoutConfig"]["inProgressTimeoutInMinutes"]),
          ("new words", 60))
    return job


def refused_jobs(iot, names, group_arn, job):
    thing_arn = group_arn.replace("thinggroup/" + names.group, "thing/" + names.carts[0])
    other = names.job("other")
    refused("CreateJob twice", "ResourceAlreadyExistsException", 409, make_job, iot=iot,
            names=names, arn=group_arn, job_id=job)
    refused("CreateJob for nobody", "ResourceNotFoundException", 404, make_job, iot=iot,
            names=names, arn=thing_arn + "-none", job_id=other)
    refused("CreateJob with bad JSON", "InvalidRequestException", 400, iot.create_job,
            jobId=other, targets=[group_arn], document="{")
    refused("CreateJob without a document", "InvalidRequestException", 400, iot.create_job,
            jobId=other, targets=[group_arn])
    placeholder = '{"u":"${aws:iot:s3-presigned-url:https://s3.us-east-1.amazonaws.com/b/k}"}'
    refused("CreateJob with a placeholder and no role", "InvalidRequestException", 400,
            iot.create_job, jobId=other, targets=[group_arn], document=placeholder)
    refused("CreateJob with too many retries", "InvalidRequestException", 400, make_job, iot=iot,
            names=names, arn=group_arn, job_id=other, jobExecutionsRetryConfig={"criteriaList": [
                {"failureType": "FAILED", "numberOfRetries": 10},
                {"failureType": "TIMED_OUT", "numberOfRetries": 1}]})
    for call in (iot.describe_job, iot.get_job_document, iot.cancel_job, iot.delete_job,
                 iot.list_job_executions_for_job):
        refused("%s of none" % call.__name__, "ResourceNotFoundException", 404, call,
                jobId=other)
    refused("DeleteJob while it runs", "InvalidStateTransitionException", 409, iot.delete_job,
            jobId=job)
    refused("AssociateTargetsWithJob of a snapshot", "InvalidRequestException", 400,
            iot.associate_targets_with_job, jobId=job, targets=[thing_arn])


def device(iot, data, names, job):
    cart = names.carts[0]
    pending = data.get_pending_job_executions(thingName=cart)
    equal("GetPendingJobExecutions", ([e["jobId"] for e in pending["queuedJobs"]],
                                      pending["inProgressJobs"]), ([job], []))
    check("its times are whole seconds", isinstance(pending["queuedJobs"][0]["queuedAt"], int),
          pending)
    seen = data.describe_job_execution(thingName=cart, jobId="$next")["execution"]
    check("DescribeJobExecution $next leaves the document out", "jobDocument" not in seen, seen)
    seen = data.describe_job_execution(thingName=cart, jobId="$next", includeJobDocument=True)
    equal("DescribeJobExecution with document", json.loads(seen["execution"]["jobDocument"]),
          json.loads(DOCUMENT))
    begun = data.start_next_pending_job_execution(thingName=cart, statusDetails={"step": "0"},
                                                  stepTimeoutInMinutes=5)["execution"]
    equal("StartNextPendingJobExecution",
          (begun["status"], begun["versionNumber"], begun["executionNumber"],
           begun["statusDetails"], begun["thingName"]),
          ("IN_PROGRESS", 2, 1, {"step": "0"}, cart))
    check("the timer runs", 0 < begun["approximateSecondsBeforeTimedOut"] <= 300, begun)
    done = data.update_job_execution(thingName=cart, jobId=job, status="IN_PROGRESS",
                                     expectedVersion=2, includeJobExecutionState=True,
                                     includeJobDocument=True, statusDetails={"step": "1"})
    equal("UpdateJobExecution", done["executionState"],
          {"status": "IN_PROGRESS", "statusDetails": {"step": "1"}, "versionNumber": 3})
    equal("UpdateJobExecution gives the document", json.loads(done["jobDocument"]),
          json.loads(DOCUMENT))
    refused("UpdateJobExecution of an old version", "InvalidStateTransitionException", 409,
            data.update_job_execution, thingName=cart, jobId=job, status="FAILED",
            expectedVersion=2)
    refused("UpdateJobExecution with a line break", "InvalidRequestException", 400,
            data.update_job_execution, thingName=cart, jobId=job, status="FAILED",
            statusDetails={"log": "a\nb"})
    control = iot.describe_job_execution(thingName=cart, jobId=job)["execution"]
    equal("DescribeJobExecution of the control plane",
          (control["status"], control["statusDetails"], control["versionNumber"]),
          ("IN_PROGRESS", {"detailsMap": {"step": "1"}}, 3))
    check("it names the ARN", control["thingArn"].endswith(":thing/" + cart), control)
    refused("CancelJobExecution in progress", "InvalidStateTransitionException", 409,
            iot.cancel_job_execution, thingName=cart, jobId=job)
    refused("CancelJobExecution of an old version", "VersionConflictException", 409,
            iot.cancel_job_execution, thingName=cart, jobId=job, force=True, expectedVersion=1)
    refused("DeleteJobExecution in progress", "InvalidStateTransitionException", 409,
            iot.delete_job_execution, thingName=cart, jobId=job, executionNumber=1)
    equal("UpdateJobExecution to its end", body(data.update_job_execution(
        thingName=cart, jobId=job, status="SUCCEEDED")), {})
    refused("UpdateJobExecution after its end", "InvalidStateTransitionException", 409,
            data.update_job_execution, thingName=cart, jobId=job, status="SUCCEEDED")
    refused("DescribeJobExecution after its end", "TerminalStateException", 410,
            data.describe_job_execution, thingName=cart, jobId=job)
    refused("DescribeJobExecution of none", "ResourceNotFoundException", 404,
            data.describe_job_execution, thingName=cart, jobId=names.job("none"))
    equal("nothing is pending any more", body(data.start_next_pending_job_execution(
        thingName=cart)), {})


def executions(iot, names, job):
    listed = pages(iot.list_job_executions_for_job, "executionSummaries", jobId=job)
    equal("ListJobExecutionsForJob", [e["jobExecutionSummary"]["status"] for e in listed],
          ["SUCCEEDED", "QUEUED"])
    check("its dates are dates", is_recent(listed[0]["jobExecutionSummary"]["queuedAt"]), listed)
    equal("ListJobExecutionsForJob by status", len(pages(
        iot.list_job_executions_for_job, "executionSummaries", jobId=job, status="QUEUED")), 1)
    listed = pages(iot.list_job_executions_for_thing, "executionSummaries",
                   thingName=names.carts[0])
    equal("ListJobExecutionsForThing", [(e["jobId"], e["jobExecutionSummary"]["executionNumber"])
                                        for e in listed], [(job, 1)])
    iot.cancel_job_execution(thingName=names.carts[1], jobId=job, statusDetails={"why": "lab"})
    equal("CancelJobExecution", iot.describe_job_execution(
        thingName=names.carts[1], jobId=job)["execution"]["status"], "CANCELED")
    seen = iot.describe_job(jobId=job)["job"]
    equal("the job completes", seen["status"], "COMPLETED")
    check("and says when", is_recent(seen["completedAt"]), seen)
    iot.delete_job_execution(thingName=names.carts[1], jobId=job, executionNumber=1)
    refused("DeleteJobExecution took it", "ResourceNotFoundException", 404,
            iot.describe_job_execution, thingName=names.carts[1], jobId=job)
    refused("CancelJob of a completed one", "InvalidRequestException", 400, iot.cancel_job,
            jobId=job)


def cancelled_jobs(iot, names, group_arn):
    job = names.job("cancel")
    make_job(iot, names, group_arn, job)
    iot.cancel_job(jobId=job, reasonCode="BAD_IMAGE", comment="crash loop", force=True)
    seen = iot.describe_job(jobId=job)["job"]
    equal("CancelJob", (seen["status"], seen["reasonCode"], seen["comment"],
                        seen["forceCanceled"]), ("CANCELED", "BAD_IMAGE", "crash loop", True))
    equal("ListJobs by status and group", [j["jobId"] for j in pages(
        iot.list_jobs, "jobs", status="CANCELED", thingGroupName=names.group)], [job])
    iot.delete_job(jobId=job)
    refused("DeleteJob took it", "ResourceNotFoundException", 404, iot.describe_job, jobId=job)


def continuous_jobs(iot, data, names, group_arn):
    job = names.job("cont")
    make_job(iot, names, group_arn, job, targetSelection="CONTINUOUS")
    iot.add_thing_to_thing_group(thingGroupName=names.group, thingName=names.carts[2])
    pending = data.get_pending_job_executions(thingName=names.carts[2])["queuedJobs"]
    equal("a late joiner gets the job", [e["jobId"] for e in pending], [job])
    iot.remove_thing_from_thing_group(thingGroupName=names.group, thingName=names.carts[2])
    equal("who leaves is REMOVED", iot.describe_job_execution(
        thingName=names.carts[2], jobId=job)["execution"]["status"], "REMOVED")
    arn = iot.describe_thing(thingName=names.carts[2])["thingArn"]
    iot.associate_targets_with_job(jobId=job, targets=[arn], comment="late")
    equal("AssociateTargetsWithJob", iot.describe_job(jobId=job)["job"]["targets"],
          [group_arn, arn])
    iot.delete_job(jobId=job, force=True)


def scheduled_jobs(iot, names, group_arn):
    job = names.job("later")
    start = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1))
    end = start + datetime.timedelta(hours=2)
    text = "%Y-%m-%d %H:%M"
    make_job(iot, names, group_arn, job, schedulingConfig={
        "startTime": start.strftime(text), "endTime": end.strftime(text), "endBehavior": "CANCEL"})
    seen = iot.describe_job(jobId=job)["job"]
    equal("a scheduled job", (seen["status"], seen["schedulingConfig"]["startTime"]),
          ("SCHEDULED", start.strftime(text)))
    refused("CreateJob that ends at once", "InvalidRequestException", 400, make_job, iot=iot,
            names=names, arn=group_arn, job_id=names.job("bad"), schedulingConfig={
                "startTime": start.strftime(text), "endTime": start.strftime(text)})
    iot.cancel_job(jobId=job)
    iot.delete_job(jobId=job)


def tidy(iot, names):
    for name in names.carts:
        iot.delete_thing(thingName=name)
    refused("DeleteThing took it", "ResourceNotFoundException", 404, iot.describe_thing,
            thingName=names.carts[0])
    iot.delete_thing(thingName=names.carts[0])
    iot.delete_thing_group(thingGroupName=names.child)
    iot.delete_thing_group(thingGroupName=names.group)
    refused("DeleteThingGroup took it", "ResourceNotFoundException", 404,
            iot.describe_thing_group, thingGroupName=names.group)


def run():
    iot, data = client("iot"), client("iot-jobs-data")
    names = Names(iot)
    began = time.monotonic()
    things(iot, names)
    group_arn = groups(iot, names)
    tags(iot, group_arn)
    endpoints(iot)
    job = created_jobs(iot, names, group_arn)
    refused_jobs(iot, names, group_arn, job)
    device(iot, data, names, job)
    executions(iot, names, job)
    cancelled_jobs(iot, names, group_arn)
    continuous_jobs(iot, data, names, group_arn)
    scheduled_jobs(iot, names, group_arn)
    iot.delete_job(jobId=job)
    tidy(iot, names)
    print("done in %.1f s with boto3 %s" % (time.monotonic() - began, boto3.__version__))


if __name__ == "__main__":
    try:
        run()
    except Failed as failure:
        print("FAIL %s" % failure, file=sys.stderr)
        sys.exit(1)
    except KeyError as missing:
        print("FAIL an answer or the environment lacks %s" % missing, file=sys.stderr)
        sys.exit(1)
    except Exception as error:  # the endpoint is away, or an answer that boto3 cannot read
        print("FAIL %s: %s" % (type(error).__name__, error), file=sys.stderr)
        sys.exit(1)
