using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.Faults.Worker;

/// <summary>
/// A file of what the worker did, one line per event: it outlives kill -9, since each line is with the kernel when the call returns.
/// Times are of the host's monotonic clock, so lines of several processes can be compared.
/// </summary>
internal sealed class WorkLog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly MeterListener _shards = new();

    public WorkLog(string folder, string name)
    {
        _file = new(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"work-{name}-{Environment.ProcessId}.log")), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        _shards.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "saliency.shard.duration") listener.EnableMeasurementEvents(instrument);
        };
        _shards.SetMeasurementEventCallback<double>((_, _, _, _) => Write("shard"));
        _shards.Start();
    }

    public void Leased(Lease lease) =>
        Write(string.Create(CultureInfo.InvariantCulture, $"lease {lease.Id:N} {lease.Image} {lease.Round} {lease.Shards.First} {lease.Shards.Count} {lease.Points}"));

    public void Sending(string image, int round, int first) => Write(string.Create(CultureInfo.InvariantCulture, $"sending {image} {round} {first}"));

    public void Ended(LeaseEnd end) => Write($"end {end.Id:N} {end.How}");

    public void Dispose()
    {
        _shards.Dispose();
        _file.Dispose();
    }

    private void Write(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetTimestamp()} {line}\n"));
        lock (_gate) _file.Write(bytes);
    }
}
