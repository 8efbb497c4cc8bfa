using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Explanations;

/// <summary>Writes methods for the wire.</summary>
internal static class MethodMapping
{
    public static Method Write(IAttributionMethod method)
    {
        var description = method.Description;
        return new()
        {
            Name = method.Name,
            Summary = description.Summary,
            Paper = description.Paper,
            Cost = description.Cost,
            Options = { description.Options.Select(o => new Protocol.V1.MethodOption { Name = o.Name, DefaultValue = o.Default ?? "" }) },
            Guarantees = description.Guarantees,
            Signed = description.Signed,
            HasOffset = description.HasOffset,
            NeedsLayer = description.NeedsLayer,
            NeedsGradient = description.NeedsGradient,
            NeedsAttention = description.NeedsAttention,
        };
    }
}
