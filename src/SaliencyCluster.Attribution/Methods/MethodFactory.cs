using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>Finds the method that a request asks for.</summary>
public static class MethodFactory
{
    /// <summary>Gets the method of a resolved request.</summary>
    public static IAttributionMethod Create(ExplanationRequest request) => MethodCatalog.Find(request.Method)
        ?? throw new SaliencyException("SAL2001", $"There is no method '{request.Method}'.", "List them: `saliency methods`.");

    /// <summary>Says whether the method reads the baseline, so that the probe scores it too.</summary>
    public static bool ReadsBaseline(ExplanationRequest request) => Create(request).Description.Options.Any(o => o.Name == "baseline");
}
