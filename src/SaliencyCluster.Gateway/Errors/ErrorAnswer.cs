using Google.Protobuf;
using Grpc.Core;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Errors;

/// <summary>Answers a request that reaches no service with an error, in the form that the caller reads: gRPC status or JSON.</summary>
internal static class ErrorAnswer
{
    /// <summary>Gets whether the caller speaks gRPC.</summary>
    public static bool IsGrpc(HttpRequest request) => request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Writes the error.</summary>
    public static Task WriteAsync(HttpContext context, SaliencyException error)
    {
        var (response, status) = (context.Response, RichStatus.StatusOf(error));
        if (IsGrpc(context.Request))
        {
            response.StatusCode = StatusCodes.Status200OK;
            response.ContentType = "application/grpc";
            response.Headers["grpc-status"] = $"{status.Code}";
            response.Headers["grpc-message"] = Uri.EscapeDataString(status.Message);
            response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(status.ToByteArray());
            return Task.CompletedTask;
        }
        response.StatusCode = StatusTable.HttpOf((StatusCode)status.Code);
        if (response.StatusCode == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer realm=\"saliency\"";
        if (error is RetryLaterException later) response.Headers.RetryAfter = RetryTable.Header(later.After);
        response.ContentType = "application/json";
        return response.WriteAsync(RichStatus.Json(status));
    }
}
