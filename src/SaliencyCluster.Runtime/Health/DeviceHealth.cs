using Microsoft.Extensions.Logging;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Engine;

namespace SaliencyCluster.Runtime.Health;

/// <summary>
/// Whether a device computes: proven when it starts, and again whenever somebody asks and the last proof is old. Once a GPU is lost to the
/// process it stays lost. Thread-safe; no question waits for the device.
/// </summary>
public sealed class DeviceHealth
{
    /// <summary>For how long a proof is good.</summary>
    public static readonly TimeSpan ProofAge = TimeSpan.FromSeconds(10);

    /// <summary>After which time a proof that has not ended counts as failed.</summary>
    public static readonly TimeSpan MaxProofTime = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<StuckRun> _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _device;
    private readonly IProviderProof _proof;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private SaliencyException? _lost;
    private SaliencyException? _last;
    private long _since;
    private bool _isProving;

    /// <summary>Proves the device once, on this thread.</summary>
    /// <exception cref="SaliencyException">It does not compute.</exception>
    internal DeviceHealth(string device, IProviderProof proof, TimeProvider clock, ILogger logger)
    {
        (_device, _proof, _clock, _logger) = (device, proof, clock, logger);
        proof.Run();
        _since = clock.GetTimestamp();
    }

    /// <summary>Gets why the process can use the device no more; null while it can.</summary>
    public SaliencyException? Lost { get { lock (_gate) return _lost; } }

    /// <summary>Gets a task that ends when native code does not end that was told to.</summary>
    public Task<StuckRun> Stuck => _stuck.Task;

    /// <summary>Says what is known, and starts a new proof in the background where that is old.</summary>
    /// <returns>Null where the device computes.</returns>
    public SaliencyException? Check()
    {
        lock (_gate)
        {
            if (_lost is not null) return _lost;
            var age = _clock.GetElapsedTime(_since);
            if (_isProving)
                return age < MaxProofTime ? _last : new("SAL4012", $"{_device} has not answered for {age.TotalSeconds:0} s.", "Look at the host's kernel log (dmesg, NVRM Xid) and at nvidia-smi; restart the worker.");
            if (age < ProofAge) return _last;
            (_isProving, _since) = (true, _clock.GetTimestamp());
        }
        new Thread(Prove) { IsBackground = true, Name = $"{_device} proof" }.Start();
        lock (_gate) return _last;
    }

    /// <summary>Takes note of an error after which the device cannot be used any more.</summary>
    internal SaliencyException Lose(SaliencyException why)
    {
        lock (_gate)
        {
            if (_lost is not null) return _lost;
            _lost = why;
        }
        _logger.DeviceLost(_device, why.What);
        return why;
    }

    /// <summary>Takes note of native code that does not end: nothing but the end of the process ends it.</summary>
    internal void Hang(StuckRun run, SaliencyException why)
    {
        Lose(why);
        _stuck.TrySetResult(run);
    }

    private void Prove()
    {
        SaliencyException? found = null;
        try
        {
            _proof.Run();
        }
        catch (SaliencyException error)
        {
            found = error;
        }
        if (found?.Code == "SAL4014") Lose(found);
        var isNews = false;
        lock (_gate)
        {
            isNews = found?.Code != _last?.Code;
            (_last, _isProving, _since) = (found, false, _clock.GetTimestamp());
        }
        if (!isNews) return;
        if (found is null) _logger.DeviceAnswers(_device);
        else _logger.DeviceFails(_device, found.Code, found.What);
    }
}
