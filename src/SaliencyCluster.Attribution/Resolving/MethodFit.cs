using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Resolving;

/// <summary>Whether a model allows a method.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Works">Whether a request with default options is accepted.</param>
/// <param name="Reason">Why not.</param>
public sealed record MethodFit(string Method, bool Works, string? Reason)
{
    /// <summary>Asks for every method with its default options, as a request would.</summary>
    /// <param name="model">What is known of the model.</param>
    public static IReadOnlyList<MethodFit> Of(ModelSummary model)
    {
        // A target that every output has, so that only the method itself can be refused.
        var target = string.Join(',', Enumerable.Repeat("0", Math.Max(1, model.OutputShape.Count)));
        return [.. MethodCatalog.All.Select(method => Of(
            method.Description.NeedsDetection
                ? new() { Method = method.Name, Detection = 1 }
                : new ExplanationRequest { Method = method.Name, Target = target }, model))];
    }

    private static MethodFit Of(ExplanationRequest request, ModelSummary model)
    {
        try
        {
            RequestResolver.Resolve(request, model, []);
            return new(request.Method, true, null);
        }
        catch (RequestException refused)
        {
            return new(request.Method, false, string.Join(" ", refused.Errors.Select(e => e.What)));
        }
    }
}
