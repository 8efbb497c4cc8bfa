namespace SaliencyCluster.Cli.Progress;

/// <summary>
/// Shows a <see cref="ProgressMeter"/> on the error stream: a bar that is redrawn on a terminal, a line every few seconds
/// otherwise, nothing with <c>--json</c>. Short work shows nothing.
/// </summary>
internal sealed class ProgressDisplay : IDisposable
{
    private static readonly TimeSpan Redraw = TimeSpan.FromSeconds(0.25), NewLine = TimeSpan.FromSeconds(5);

    private readonly CliHost _host;
    private readonly string _unit;
    private readonly ITimer? _timer;
    private readonly Lock _gate = new();
    private int _drawn;
    private bool _ended;

    /// <summary>Starts to show.</summary>
    /// <param name="host">Where to.</param>
    /// <param name="total">Units of work; 0 means unknown.</param>
    /// <param name="unit">Name of the unit, plural.</param>
    public ProgressDisplay(CliHost host, long total, string unit)
    {
        (_host, _unit, Meter) = (host, unit, new ProgressMeter(total, host.Clock));
        if (host.Json) return;
        var every = host.ErrorIsTerminal ? Redraw : NewLine;
        _timer = host.Clock.CreateTimer(_ => Draw(), null, every, every);
    }

    /// <summary>Gets the meter that the work adds to.</summary>
    public ProgressMeter Meter { get; }

    /// <summary>Prints something where the bar is; the bar comes back below it.</summary>
    public void Above(Action print)
    {
        lock (_gate)
        {
            Clear();
            print();
        }
    }

    /// <summary>Prints a remark where the bar is, unless nothing but JSON may be printed or there is nothing to say.</summary>
    public void Above(string remark)
    {
        if (!_host.Json && remark.Length > 0) Above(() => _host.Error.WriteLine(remark));
    }

    /// <summary>Removes the bar.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_gate)
        {
            Clear();
            _ended = true;
        }
    }

    private void Draw()
    {
        lock (_gate)
        {
            if (_ended) return;
            if (!_host.ErrorIsTerminal)
            {
                _host.Error.WriteLine(ProgressText.Line(Meter.Read(), _unit));
                return;
            }
            var text = ProgressText.Bar(Meter.Read(), _unit);
            if (text.Length >= _host.Width) text = text[..(_host.Width - 1)];
            _host.Error.Write('\r' + text.PadRight(_drawn));
            _drawn = text.Length;
        }
    }

    private void Clear()
    {
        if (_drawn > 0) _host.Error.Write('\r' + new string(' ', _drawn) + '\r');
        _drawn = 0;
    }
}
