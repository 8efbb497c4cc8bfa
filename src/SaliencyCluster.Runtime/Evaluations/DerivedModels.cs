using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Runtime.Evaluations;

/// <summary>Derives randomised models where they are computed, and keeps the few that were used last: their sessions hold the weights anyway.</summary>
public sealed class DerivedModels
{
    private const int Kept = 4;

    private readonly Lock _gate = new();
    private readonly LinkedList<(string Hash, Lazy<OnnxModel> Model)> _newestFirst = new();

    /// <summary>Gets the model of a state; the model itself where nothing is randomised.</summary>
    public OnnxModel Get(OnnxModel model, ModelState state)
    {
        if (state.Randomization is not { } spec) return model;
        lock (_gate)
        {
            var known = _newestFirst.FirstOrDefault(e => e.Hash == state.Hash);
            if (known.Model is null) known = (state.Hash, new(() => ModelRandomizer.Derive(model, spec)));
            else _newestFirst.Remove(known);
            _newestFirst.AddFirst(known);
            if (_newestFirst.Count > Kept) _newestFirst.RemoveLast();
            return known.Model.Value;
        }
    }
}
