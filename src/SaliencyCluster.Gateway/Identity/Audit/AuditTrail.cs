using System.Threading.Channels;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Identity.Audit;

/// <summary>Writes records down: to the file, on the disk before the caller is answered, and to the log.</summary>
/// <remarks>
/// Records that come at the same time are written together. Where the file cannot be written, what has happened is told by the log, and
/// calls that would have to be recorded are refused (SAL2914) until a record of that can be written.
/// </remarks>
internal sealed class AuditTrail : BackgroundService
{
    private const int MaxTogether = 1000;
    private readonly AuditOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Channel<(AuditRecord Record, TaskCompletionSource Written)> _records =
        Channel.CreateUnbounded<(AuditRecord, TaskCompletionSource)>(new() { SingleReader = true });

    private FileStream? _file;
    private long _number;
    private string _previous = AuditFile.Beginning;
    private volatile string? _broken;

    /// <summary>Opens the file and finds its end.</summary>
    /// <exception cref="SaliencyException">SAL9027: it cannot be written, or its last line is no record.</exception>
    public AuditTrail(AuditOptions options, TimeProvider clock, ILoggerFactory loggers)
    {
        (_options, _clock, _log) = (options, clock, loggers.CreateLogger("SaliencyCluster.Audit"));
        if (options.File is { } path) Open(path);
    }

    /// <summary>Gets whether anything is recorded.</summary>
    public bool IsOn => _options.File is not null || _options.Log;

    /// <summary>Gets whether calls that only read are recorded.</summary>
    public bool Reads => _options.Reads;

    /// <summary>Gets the clock that records are made by.</summary>
    public DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Says why what is about to happen could not be recorded (SAL2914); null where it can.</summary>
    public async Task<SaliencyException?> RefusalAsync()
    {
        if (_broken is not { } before) return null;
        // The first record after a gap says that there is one.
        await WriteAsync(new(Now, "", "", "", "", "audit", new Dictionary<string, string> { ["missing"] = before }, "ok", ""));
        return _broken is { } why ? new(
            "SAL2914", $"Nothing is done that cannot be recorded: {why}",
            "Whoever runs the gateway mends the disk of Saliency:Gateway:Audit:File; then retry.") : null;
    }

    /// <summary>Writes a record; returns when it is on the disk, or cannot be.</summary>
    public async Task WriteAsync(AuditRecord record)
    {
        if (_options.Log)
        {
            _log.Record(record.Call, record.Tenant, record.Caller, record.Role, record.Address,
                string.Join(' ', record.Subject.Select(s => $"{s.Key}={s.Value}")), record.Outcome, record.Trace);
        }
        if (_file is null) return;
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // After the server has stopped nobody is answered any more.
        if (_records.Writer.TryWrite((record, written))) await written.Task;
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        _records.Writer.TryComplete();
        return base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _file?.Dispose();
        base.Dispose();
    }

    // To the last record, whatever the host says: it stops this after its server.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var together = new List<(AuditRecord Record, TaskCompletionSource Written)>();
        while (await _records.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (together.Count < MaxTogether && _records.Reader.TryRead(out var next)) together.Add(next);
            Append([.. together.Select(t => t.Record)]);
            foreach (var (_, written) in together) written.SetResult();
            together.Clear();
        }
    }

    private void Open(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read,
                BufferSize = 0 };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            _file = new(path, options);
            var last = Tail(_file);
            if (last.Length > 0)
            {
                var record = AuditFile.Parse(last) ?? throw new InvalidDataException("its last line is no record");
                (_number, _previous) = (record.Number, AuditFile.Hash(last));
            }
            _file.Seek(0, SeekOrigin.End);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            _file?.Dispose();
            throw new SaliencyException("SAL9027", $"The audit file '{path}' cannot be continued: {error.Message.TrimEnd('.')}.",
                "Check the disk and its permissions, and that no other gateway writes it; or move it away, keep it, and start again.",
                    error);
        }
    }

    // The last whole line. What a crash left behind it was never acknowledged, and goes.
    private static byte[] Tail(FileStream file)
    {
        var (end, start) = (file.Length, file.Length);
        bool IsEnd(long at)
        {
            file.Seek(at, SeekOrigin.Begin);
            return file.ReadByte() == '\n';
        }
        while (end > 0 && !IsEnd(end - 1)) end--;
        if (end != file.Length) file.SetLength(end);
        if (end == 0) return [];
        start = end - 1;
        while (start > 0 && !IsEnd(start - 1)) start--;
        var line = new byte[end - 1 - start];
        file.Seek(start, SeekOrigin.Begin);
        file.ReadExactly(line);
        return line;
    }

    private void Append(IReadOnlyList<AuditRecord> records)
    {
        var (begin, number, previous) = (_file!.Position, _number, _previous);
        try
        {
            using var lines = new MemoryStream();
            foreach (var record in records)
            {
                var line = AuditFile.Line(record with { Number = ++number, Previous = previous });
                lines.Write(line);
                lines.WriteByte((byte)'\n');
                previous = AuditFile.Hash(line);
            }
            _file.Write(lines.GetBuffer(), 0, (int)lines.Length);
            _file.Flush(flushToDisk: true);
            (_number, _previous, _broken) = (number, previous, null);
        }
        catch (IOException error)
        {
            _broken ??= $"since {Now:u} the file '{_options.File}' cannot be written ({error.Message.TrimEnd('.')}).";
            foreach (var record in records) _log.NotWritten(record.Call, record.Tenant, record.Caller, record.Outcome, error);
            Rewind(begin);
        }
    }

    private void Rewind(long begin)
    {
        try
        {
            _file!.SetLength(begin);
            _file.Seek(begin, SeekOrigin.Begin);
        }
        catch (IOException error)
        {
            _log.NotRewound(_options.File!, error);
        }
    }
}

/// <summary>Events of the audit trail, 2630 to 2639.</summary>
internal static partial class AuditLog
{
    [LoggerMessage(EventId = 2630, Level = LogLevel.Information,
        Message = "{Call} by {Tenant}/{Caller} ({Role}) from {Address}: {Subject} {Outcome} trace {Trace}")]
    public static partial void Record(
        this ILogger logger, string call, string tenant, string caller, string role, string address, string subject, string outcome,
            string trace);

    [LoggerMessage(EventId = 2631, Level = LogLevel.Critical, Message = "The audit file lacks {Call} by {Tenant}/{Caller}: {Outcome}")]
    public static partial void NotWritten(this ILogger logger, string call, string tenant, string caller, string outcome, Exception cause);

    [LoggerMessage(EventId = 2632, Level = LogLevel.Critical, Message = "Half a record at the end of {File} cannot be taken away")]
    public static partial void NotRewound(this ILogger logger, string file, Exception cause);
}
