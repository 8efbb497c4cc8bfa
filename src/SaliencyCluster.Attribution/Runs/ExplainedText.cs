using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>Says which tensor a request explains.</summary>
internal static class ExplainedText
{
    public static string Of(ResolvedRequest request) => request.Model.Activation is { } activation && request.Asked.Score != "probability"
        ? $"logits '{request.Model.Logits}' before {activation}, of output '{request.Model.Output}'"
        : $"output '{request.Model.Output}' as it is";
}
