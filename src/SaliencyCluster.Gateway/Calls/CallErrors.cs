using System.Data.Common;
using System.Diagnostics;
using Grpc.Core;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Grains.Abstractions.Storage;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Calls;

/// <summary>The one place where exceptions become errors that callers are told.</summary>
internal sealed class CallErrors(CallLifetime calls, ILogger<CallErrors> logger)
{
    /// <summary>Gets what a caller is told; null where it is gone.</summary>
    /// <param name="error">What went wrong.</param>
    /// <param name="context">The request.</param>
    /// <param name="call">What the log calls it.</param>
    /// <param name="gone">Is cancelled when the caller is gone.</param>
    public SaliencyException? Of(Exception error, HttpContext context, string call, CancellationToken gone)
    {
        switch (error)
        {
            case SaliencyException known:
                if (StatusTable.Of(known.Code) is StatusCode.Internal or StatusCode.DataLoss) logger.CallFailed(call,
                    known.Code, known);
                return known;
            case not null when gone.IsCancellationRequested:
                return null;
            case not null when calls.Refusal(context) is { } refused:
                return refused;
            case not null when calls.IsStopping:
                // What is taken down under a call fails in many ways; none of them is the call's fault.
                if (error is not OperationCanceledException) logger.CallCutOff(call, error);
                return ClusterBusy.Stopping();
            case not null when ClusterBusy.Is(error):
                logger.ClusterNotReady(call, error);
                return ClusterBusy.Error();
            case OutOfMemoryException:
                // One array was too large for what is free; the process goes on.
                logger.CallFailed(call, "SAL2623", error);
                return new RetryLaterException(
                    "SAL2623", "The gateway has not enough free memory for this call now.",
                        "Retry in a few seconds; if it stays so, send less at once or give the gateway more memory.",
                        TimeSpan.FromSeconds(5));
            case DbException:
                logger.ClusterNotReady(call, error);
                return StorageOutage.OfDatabase();
            default:
                var reference = Activity.Current?.TraceId.ToHexString() ?? Guid.NewGuid().ToString("n");
                logger.UnexpectedError(call, reference, error!);
                return new SaliencyException(
                    "SAL9099", $"The gateway failed in a way that it does not know (reference {reference}).",
                        $"Its log has the details: search for {reference}.");
        }
    }
}
