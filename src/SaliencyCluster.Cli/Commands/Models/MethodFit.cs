using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Cli.Commands.Models;

/// <summary>Whether a model allows a method.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Works">Whether a request with default options is accepted.</param>
/// <param name="Reason">Why not.</param>
internal sealed record MethodFit(string Method, bool Works, string? Reason)
{
    /// <summary>Asks for every method with its default options.</summary>
    public static IReadOnlyList<MethodFit> Of(ModelSummary model)
    {
        // A target that every output has, so that only the method itself can be refused.
        var target = string.Join(',', Enumerable.Repeat("0", Math.Max(1, model.OutputShape.Count)));
        return [.. MethodCatalog.All.Select(method => Of(method.Name, target, model))];
    }

    private static MethodFit Of(string method, string target, ModelSummary model)
    {
        try
        {
            RequestResolver.Resolve(new ExplanationRequest { Method = method, Target = target }, model, []);
            return new(method, true, null);
        }
        catch (RequestException refused)
        {
            return new(method, false, string.Join(" ", refused.Errors.Select(e => e.What)));
        }
    }
}
