using System.Collections.Concurrent;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>Counts the calls that workers make, by interface and method.</summary>
internal sealed class CallCount : IOutgoingGrainCallFilter
{
    private readonly ConcurrentDictionary<string, int> _calls = new();

    /// <summary>Gets the calls of the cluster's own grains.</summary>
    public IReadOnlyDictionary<string, int> Calls => _calls;

    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.InterfaceMethod.DeclaringType is { } type && type.Namespace?.StartsWith("SaliencyCluster", StringComparison.Ordinal) == true)
            _calls.AddOrUpdate($"{type.Name}.{context.InterfaceMethod.Name}", 1, (_, n) => n + 1);
        return context.Invoke();
    }
}
