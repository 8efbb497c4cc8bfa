using Google.Rpc;
using Grpc.Core;

namespace SaliencyCluster.Client.Errors;

/// <summary>Makes <see cref="GatewayException"/> out of what gRPC throws.</summary>
internal static class CallErrors
{
    /// <summary>Gets whether the same call may succeed once the connection is back.</summary>
    public static bool IsLostConnection(RpcException error) => !IsUntrusted(error) && (
        error.StatusCode == StatusCode.Unavailable ||
        // The caller's own cancellation is no RpcException: this is the other side's, which stops or dies.
        (error.StatusCode == StatusCode.Cancelled && error.GetRpcStatus() is null) || (error.StatusCode == StatusCode.Internal && error.GetRpcStatus() is null && error.InnerException is not null));

    /// <summary>Makes the failure of a call that the other side cancelled: a gateway that stops or dies resets its streams.</summary>
    public static RpcException CutOff() => new(new Grpc.Core.Status(StatusCode.Unavailable, "the gateway cut the call off"));

    /// <summary>Makes the failure of a call whose connection lives and whose answer does not come.</summary>
    public static GatewayException Silent(TimeoutException cause, Uri endpoint, TimeSpan limit) => new(
        "SAL2583", $"The gateway at '{endpoint.OriginalString}' is connected but did not answer within {limit}.",
        "Look at its log and metrics, and ask again; whether the request was carried out is not known.", StatusCode.DeadlineExceeded, cause);

    /// <summary>Translates; <paramref name="endpoint"/> is named where nobody answered there.</summary>
    public static GatewayException Translate(RpcException error, Uri endpoint)
    {
        var status = error.GetRpcStatus();
        var info = status?.GetDetail<ErrorInfo>();
        if (info is not null)
        {
            return new(info.Reason, Text(info, "what", error.Status.Detail), Text(info, "next", ""), error.StatusCode, error)
            {
                Fields = [.. (status!.GetDetail<BadRequest>()?.FieldViolations ?? []).Select(v => new FieldError(v.Field, v.Description))],
                RetryAfter = status!.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan(),
            };
        }
        if (IsUntrusted(error))
        {
            return new("SAL2582", $"The certificate of the gateway at '{endpoint.OriginalString}' is not trusted ({Reason(error)}).",
                "Give the authority that signed it (--ca FILE), or call the gateway by a name that is in its certificate.", error.StatusCode, error);
        }
        // Refused by its transport, before any of its own code.
        if (error.StatusCode == StatusCode.ResourceExhausted)
        {
            return new("SAL2608", $"A message is larger than the gateway at '{endpoint.OriginalString}' takes: {error.Status.Detail}",
                "Shrink the image, or raise Saliency:Gateway:Limits:MaxImageBytes.", error.StatusCode, error);
        }
        return IsLostConnection(error)
            ? new("SAL2580", $"No gateway answers at '{endpoint.OriginalString}' ({Reason(error)}).", "Check the address, or start one: saliency serve", error.StatusCode, error)
            : new("SAL2581", $"The gateway at '{endpoint.OriginalString}' answered {error.StatusCode}: {error.Status.Detail}", "Check that it is a SaliencyCluster gateway of this version.", error.StatusCode, error);
    }

    private static bool IsUntrusted(RpcException error) => error.GetBaseException() is System.Security.Authentication.AuthenticationException;

    private static string Text(ErrorInfo info, string key, string otherwise) => info.Metadata.TryGetValue(key, out var text) ? text : otherwise;

    private static string Reason(RpcException error) =>
        error.GetBaseException() is var cause && cause != error ? cause.Message : error.Status.Detail;
}
