using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Runtime.Engine;

namespace SaliencyCluster.Runtime.Health;

/// <summary>A session of <see cref="ProofModel"/> on a device's provider, made at the first run and kept for later ones.</summary>
internal sealed class ProviderProof(DeviceOptions options) : IProviderProof
{
    private InferenceSession? _session;

    /// <inheritdoc/>
    public void Run()
    {
        // ONNX Runtime throws "failed to load shared library" and says which one in its log.
        using var heard = OnnxRuntimeEngine.Hear();
        try
        {
            var answer = Evaluate();
            if (answer != ProofModel.Answer) throw ProviderFaults.WrongAnswer(options, answer);
        }
        catch (Exception cause) when (cause is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            throw ProviderFaults.Of(options, string.Join(' ', heard.Lines.Append(cause.Message)), cause);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session?.Dispose();

    private float Evaluate()
    {
        _session ??= Load();
        using var run = new RunOptions();
        using var image = OrtValue.CreateTensorValueFromMemory(ProofModel.Image, ProofModel.Shape);
        using var results = _session.Run(run, [ProofModel.Input], [image], [ProofModel.Output]);
        return results[0].GetTensorDataAsSpan<float>()[0];
    }

    private InferenceSession Load()
    {
        _ = OnnxRuntimeEngine.Environment;
        using var settings = SessionSettings.Make(options.Provider, options);
        return new InferenceSession(ProofModel.Bytes, settings);
    }
}
