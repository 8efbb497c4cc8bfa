using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace SaliencyCluster.Runtime.Sessions;

/// <summary>What devices tell the telemetry; names as documented for operators.</summary>
internal static class DeviceMetrics
{
    private static readonly Meter Meter = new("SaliencyCluster");

    private static readonly Histogram<double> LoadDuration = Meter.CreateHistogram(
        "saliency.model.load.duration", "s", "Time to load a compiled model on a device and run it once; tag device.", [],
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60, 120, 300] });

    private static readonly Counter<double> Busy = Meter.CreateCounter<double>(
        "saliency.device.busy", "s", "Time that lanes of a device spent at work; divided by saliency.device.lanes and time it is the utilisation; tag device.");

    private static readonly ConcurrentDictionary<object, (string Device, int Lanes)> Devices = new(ReferenceEqualityComparer.Instance);

    static DeviceMetrics() => Meter.CreateObservableGauge("saliency.device.lanes",
        () => Devices.Values.Select(d => new Measurement<int>(d.Lanes, new KeyValuePair<string, object?>("device", d.Device))),
        "{lane}", "Micro-batches that a device evaluates at the same time; tag device.");

    public static void Started(object owner, string device, int lanes) => Devices[owner] = (device, lanes);

    public static void Stopped(object owner) => Devices.TryRemove(owner, out _);

    public static void ModelLoaded(string device, TimeSpan elapsed) => LoadDuration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("device", device));

    public static void LaneWorked(string device, TimeSpan elapsed) => Busy.Add(elapsed.TotalSeconds, new KeyValuePair<string, object?>("device", device));
}
