using System.Diagnostics.Metrics;

namespace SaliencyCluster.Runtime.Devices;

/// <summary>What devices tell the telemetry; names as documented for operators.</summary>
internal static class DeviceMetrics
{
    private static readonly Meter Meter = new("SaliencyCluster");

    private static readonly Histogram<double> LoadDuration = Meter.CreateHistogram<double>(
        "saliency.model.load.duration", "s", "Time to load a compiled model on a device and run it once.");

    private static readonly Counter<double> Busy = Meter.CreateCounter<double>(
        "saliency.device.busy", "s", "Time that lanes of a device spent at work; divided by lanes and time it is the utilisation.");

    public static void ModelLoaded(string device, TimeSpan elapsed) => LoadDuration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("device", device));

    public static void LaneWorked(string device, TimeSpan elapsed) => Busy.Add(elapsed.TotalSeconds, new KeyValuePair<string, object?>("device", device));
}
