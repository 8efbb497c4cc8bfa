using Microsoft.Extensions.Logging;
using SaliencyCluster.Runtime.Health;

namespace SaliencyCluster.Runtime.Sessions;

/// <summary>What the runs of one device share.</summary>
/// <param name="Device">The device's name, for messages.</param>
/// <param name="SharesHostMemory">Whether native code reads our buffers in place; a GPU gets copies before every run.</param>
/// <param name="Timeout">After which time a run is given up.</param>
/// <param name="Clock">Measures runs and ends hung ones.</param>
/// <param name="Logger">Where hung runs are told.</param>
/// <param name="Health">Where it is told that the device is lost.</param>
/// <param name="Sums">Memory of the device, and sums in it.</param>
internal sealed record RunContext(
    string Device, bool SharesHostMemory, TimeSpan Timeout, TimeProvider Clock, ILogger Logger, DeviceHealth Health, SumSession Sums)
{
    /// <summary>Gets the count of what crosses to the device and back.</summary>
    public Transfers Transfers { get; } = new();
}
