using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Serialization;

namespace SaliencyCluster.Faults.Worker;

/// <summary>While a file exists, every sum leaves with one wrong bit, as from bad memory or a bad link; the checksum is of the right one.</summary>
internal sealed class DamagingFilter(string switchFile) : IOutgoingGrainCallFilter
{
    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.InterfaceMethod.DeclaringType == typeof(IAggregatorWorkGrain) && context.InterfaceMethod.Name == nameof(IAggregatorWorkGrain.AddAsync)
            && File.Exists(switchFile) && context.Request.GetArgument(0) is PartialMessage { Sum: { } sum } partial)
        {
            var elements = sum.ToArray();
            var at = Random.Shared.Next(elements.Length);
            elements[at] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(elements[at]) ^ (1 << Random.Shared.Next(32)));
            context.Request.SetArgument(0, partial with { Sum = PooledTensor.Of(sum.Shape, elements) });
        }
        return context.Invoke();
    }
}
