using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Rounds;

namespace SaliencyCluster.Runtime.Sessions;

/// <summary>Runs a graph that makes its points itself: the image stays on the device, a run is given a few numbers, and maps are added
/// there.</summary>
internal sealed class DevicePointRunner : IDevicePoints, IDisposable
{
    private static readonly string[] PlacedInputs = [GraphTensor.Image, GraphTensor.Baseline, GraphTensor.OutputGradient, GraphTensor.Key];
    private static readonly string[] Maps = [GraphTensor.Partial, GraphTensor.PartialSquared];

    private readonly GraphBinding _binding;
    private readonly RunContext _context;
    private readonly string[] _placed;
    private readonly string[] _numbers;
    private readonly Dictionary<string, DeviceSum> _sums = [];
    private readonly OrtValue? _unread;
    private Round? _round;
    private Tensor? _image;
    private bool _isSummed;

    public DevicePointRunner(GraphBinding binding, RunContext context)
    {
        (_binding, _context) = (binding, context);
        _placed = [.. binding.Inputs.Intersect(PlacedInputs)];
        _numbers = [.. binding.Inputs.Except(PlacedInputs)];
        foreach (var name in Maps)
            if (binding[name] is { } buffer) _sums[name] = new(context.Sums, buffer);
        if (binding[GraphTensor.Output] is { } output) _unread = context.Sums.Allocate(output.Value);
    }

    /// <inheritdoc/>
    public Span<double> Alphas => _binding.Of<double>(GraphTensor.Alpha);

    /// <inheritdoc/>
    public Span<long> Samples => _binding.Of<long>(GraphTensor.Sample);

    /// <inheritdoc/>
    public Span<double> Scales => _binding.Of<double>(GraphTensor.Scale);

    /// <inheritdoc/>
    public Span<long> Variants => _binding.Of<long>(GraphTensor.Variant);

    /// <inheritdoc/>
    public Span<long> Windows => _binding.Of<long>(GraphTensor.Window);

    /// <inheritdoc/>
    public void Begin(Round round, Tensor image, Func<PlacedTensors> placed, int runs)
    {
        _isSummed = runs > 0;
        foreach (var sum in _sums.Values) sum.Begin(runs);
        if (ReferenceEquals(round, _round) && ReferenceEquals(image, _image)) return;
        var tensors = placed();
        // Nothing is there until all of it is.
        (_round, _image) = (null, null);
        tensors.Image.CopyTo(_binding.Of<float>(GraphTensor.Image));
        tensors.Baselines.CopyTo(_binding.Of<float>(GraphTensor.Baseline));
        tensors.OutputGradient.CopyTo(_binding.Of<float>(GraphTensor.OutputGradient));
        if (_binding.Of<long>(GraphTensor.Key) is { IsEmpty: false } key) tensors.Key.CopyTo(key);
        Give(_placed);
        (_round, _image) = (round, image);
    }

    /// <inheritdoc/>
    public void Run(bool outputs, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Give(_numbers);
        foreach (var (name, sum) in _sums) _binding.BindOutput(name, _isSummed ? sum.Leaf() : null);
        if (_unread is not null) _binding.BindOutput(GraphTensor.Output, outputs ? null : _unread);
        _binding.Run(cancellation);
        _context.Transfers.Add(_binding[GraphTensor.Score]!.Bytes + (outputs ? _binding[GraphTensor.Output]?.Bytes ?? 0 : 0));
        foreach (var (name, sum) in _sums)
        {
            if (!_isSummed || sum.Push()) _context.Transfers.Add(_binding[name]!.Bytes);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var sum in _sums.Values) sum.Dispose();
        _unread?.Dispose();
    }

    private void Give(string[] inputs)
    {
        _binding.BindInputs(inputs);
        foreach (var name in inputs) _context.Transfers.Add(_binding[name]!.Bytes);
    }
}
