using Microsoft.ML.OnnxRuntime;

namespace SaliencyCluster.Runtime.Bench;

/// <summary>A session bound to inputs of made-up values and to outputs of its own: what one thread runs again and again.</summary>
internal sealed class BoundLoop : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly List<OrtValue> _values = [];
    private readonly RunOptions _options = new();

    public BoundLoop(InferenceSession session)
    {
        (_session, _binding) = (session, session.CreateIoBinding());
        foreach (var (name, about) in session.InputMetadata) _binding.BindInput(name, Values(about.Dimensions));
        foreach (var (name, about) in session.OutputMetadata) _binding.BindOutput(name, Values(about.Dimensions));
    }

    public void Run() => _session.RunWithBinding(_options, _binding);

    public void Dispose()
    {
        _options.Dispose();
        _binding.Dispose();
        foreach (var value in _values) value.Dispose();
    }

    private OrtValue Values(int[] dimensions)
    {
        var random = new Random(1);
        var data = new float[dimensions.Aggregate(1, (n, d) => n * d)];
        foreach (ref var x in data.AsSpan()) x = random.NextSingle();
        var value = OrtValue.CreateTensorValueFromMemory(data, Array.ConvertAll(dimensions, d => (long)d));
        _values.Add(value);
        return value;
    }
}
