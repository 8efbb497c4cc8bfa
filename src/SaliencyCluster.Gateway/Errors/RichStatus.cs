using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using SaliencyCluster.Onnx;
using Status = Google.Rpc.Status;

namespace SaliencyCluster.Gateway.Errors;

/// <summary>Writes an error as <c>google.rpc.Status</c> with details that programs can read.</summary>
internal static class RichStatus
{
    /// <summary>The kinds of details, for their JSON form.</summary>
    public static TypeRegistry Details { get; } = TypeRegistry.FromMessages(ErrorInfo.Descriptor, BadRequest.Descriptor, RetryInfo.Descriptor);

    /// <summary>The value of <c>google.rpc.ErrorInfo.domain</c>.</summary>
    public const string Domain = "saliency";

    // The message goes as text and, with the details, in base64: 1,500 + 4/3 (1,500 + 1,000 + 600 + 6 (60 + 200)) bytes are 7.7 KB.
    private const int MessageBytes = 1500, WhatBytes = 1000, NextBytes = 600, MaxFields = 6, FieldBytes = 60, ProblemBytes = 200;

    /// <summary>Makes the exception that gRPC sends.</summary>
    public static RpcException Of(SaliencyException error) => StatusOf(error).ToRpcException();

    /// <summary>Makes the status with its details.</summary>
    public static Status StatusOf(SaliencyException error)
    {
        var status = new Status { Code = (int)StatusTable.Of(error.Code), Message = HeaderText.Of(error.Message.Trim(), MessageBytes, escaped: true) };
        Add(status, new ErrorInfo
        {
            Reason = error.Code, Domain = Domain, Metadata = { ["what"] = HeaderText.Of(error.What, WhatBytes), ["next"] = HeaderText.Of(error.Next, NextBytes) },
        });
        if (error is InvalidRequestException invalid)
        {
            var request = new BadRequest();
            request.FieldViolations.AddRange(invalid.Fields.Take(MaxFields).Select(
                f => new BadRequest.Types.FieldViolation { Field = HeaderText.Of(f.Field, FieldBytes), Description = HeaderText.Of(f.Problem, ProblemBytes) }));
            Add(status, request);
        }
        if (RetryTable.After(error) is { } after) Add(status, new RetryInfo { RetryDelay = Duration.FromTimeSpan(after) });
        return status;
    }

    /// <summary>Writes a status as REST answers it.</summary>
    public static string Json(Status status) => new JsonFormatter(new JsonFormatter.Settings(formatDefaultValues: true, Details)).Format(status);

    private static void Add(Status status, IMessage detail) => status.Details.Add(Any.Pack(detail));
}
