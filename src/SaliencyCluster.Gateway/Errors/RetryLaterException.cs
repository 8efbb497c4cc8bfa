using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Errors;

/// <summary>A refusal that ends by itself: the same call may succeed after a while.</summary>
internal sealed class RetryLaterException(string code, string what, string next, TimeSpan after) : SaliencyException(code, what, next)
{
    /// <summary>Gets how long to wait.</summary>
    public TimeSpan After { get; } = after;
}
