using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using SaliencyCluster.Grains.Telemetry;

namespace SaliencyCluster.Telemetry.Tests.Documents;

/// <summary>Listens to the meter of this process: which instruments there are, and which have told anything but zero.</summary>
internal sealed class MovedMetrics : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, string> _published = [];
    private readonly ConcurrentDictionary<string, bool> _moved = [];

    public MovedMetrics()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name != ClusterMetrics.Name) return;
            _published[instrument.Name] = instrument.Description ?? "";
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Note(instrument, value));
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Note(instrument, value));
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Note(instrument, value));
        _listener.Start();
    }

    public IEnumerable<string> Published => _published.Keys;

    public IEnumerable<string> WithoutDescription => _published.Where(p => p.Value.Length == 0).Select(p => p.Key);

    public bool HasMoved(string name)
    {
        _listener.RecordObservableInstruments();
        return _moved.ContainsKey(name);
    }

    public void Dispose() => _listener.Dispose();

    private void Note(Instrument instrument, double value)
    {
        if (value != 0) _moved[instrument.Name] = true;
    }
}
