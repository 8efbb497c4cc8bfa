using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using SaliencyCluster.Onnx;
using Status = Google.Rpc.Status;

namespace SaliencyCluster.Gateway.Errors;

/// <summary>Writes an error as <c>google.rpc.Status</c> with details that programs can read.</summary>
internal static class RichStatus
{
    /// <summary>The value of <c>google.rpc.ErrorInfo.domain</c>.</summary>
    public const string Domain = "saliency";

    /// <summary>Makes the exception that gRPC sends.</summary>
    public static RpcException Of(SaliencyException error)
    {
        var status = new Status { Code = (int)StatusTable.Of(error.Code), Message = error.Message.Trim() };
        Add(status, new ErrorInfo { Reason = error.Code, Domain = Domain, Metadata = { ["what"] = error.What, ["next"] = error.Next } });
        if (error is InvalidRequestException invalid)
        {
            var request = new BadRequest();
            request.FieldViolations.AddRange(invalid.Fields.Select(f => new BadRequest.Types.FieldViolation { Field = f.Field, Description = f.Problem }));
            Add(status, request);
        }
        if (error is RetryLaterException later) Add(status, new RetryInfo { RetryDelay = Duration.FromTimeSpan(later.After) });
        return status.ToRpcException();
    }

    private static void Add(Status status, IMessage detail) => status.Details.Add(Any.Pack(detail));
}
