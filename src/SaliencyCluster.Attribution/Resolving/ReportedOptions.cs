using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Attribution.Resolving;

/// <summary>What a result says of its request: every option that was read, as resolved.</summary>
public static class ReportedOptions
{
    /// <summary>Gets the options by name, with micro-batch and shard size.</summary>
    public static IReadOnlyDictionary<string, object?> Of(ResolvedRequest request)
    {
        var asked = request.Options with { MicroBatch = request.MicroBatch, ShardPoints = request.ShardPoints };
        var names = MethodFactory.Create(asked).Description.Options.Select(o => o.Name).Concat(OptionCatalog.Universal).ToHashSet();
        return OptionCatalog.All.Where(o => names.Contains(o.Name) && o.Get(asked) is not null)
            .ToDictionary(o => o.Name, o => o.Get(asked));
    }
}
