using SaliencyCluster.Attribution.Methods.Smoothing;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>Finds the method that a request asks for.</summary>
public static class MethodFactory
{
    /// <summary>Gets the method of a request, with noise around it where the request says so.</summary>
    /// <exception cref="SaliencyException">SAL2001: there is no such method. SAL2004: noise cannot be wrapped around it, and why.</exception>
    public static IAttributionMethod Create(ExplanationRequest request)
    {
        var method = MethodCatalog.Find(request.Method)
            ?? throw new SaliencyException("SAL2001", $"There is no method '{request.Method}'.", "List them: `saliency methods`.");
        if (request.Smooth is null) return method;
        if (method.WhyNotSmoothed is not null) throw new RequestException([NoNoiseAround(method)]);
        return method is ISampleMethod inner && inner.IsOneSum(request)
            ? SmoothMethods.Around(method.Name, inner, request.Smooth)
            : SmoothMethods.AroundRuns(method, request.Smooth);
    }

    internal static RequestError NoNoiseAround(IAttributionMethod method) => new(
        "SAL2004", "smooth", $"Noise cannot be wrapped around method '{method.Name}': {method.WhyNotSmoothed}.", "Leave out `--smooth`.");

    /// <summary>Says whether the method reads the baseline, so that the probe scores it too.</summary>
    public static bool ReadsBaseline(ExplanationRequest request) => Create(request).Description.Options.Any(o => o.Name == "baseline");
}
