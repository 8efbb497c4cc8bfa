using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Reduction;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>
/// The explanation of one image as a pure state machine: probe (round 0), the method's rounds, finish. It computes nothing
/// itself: whoever drives it computes <see cref="Shards"/> of <see cref="Round"/> in any order, on any device, and adds
/// the partials. The result is the same to the bit whatever the order.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class ExplanationRun
{
    private readonly ResolvedRequest _given;
    private readonly ResolvedRequest _request;
    private readonly Tensor _image;
    private readonly uint _imageIndex;
    private readonly IReadOnlyList<Tensor> _baselines;
    private readonly IReadOnlyList<Tensor> _stored;
    private readonly IAttributionMethod _method;
    private readonly int _probePoints; // with those of the looks at a detector's outputs
    private readonly DetectionLooks? _looks;
    private readonly PictureFrame? _frame;
    private readonly Round _probe;
    private IReadOnlyList<RoundResult> _looked = [];
    private ChosenDetection? _chosen;
    private IReadOnlyList<RoundResult> _done = [];
    private MethodContext? _context;
    private Round? _round;
    private ReductionTree? _tree;
    private Explanation? _result;
    private int _roundsDone; // the probe not among them
    private int _pointsDone;

    /// <summary>Starts a run.</summary>
    /// <param name="request">The resolved request.</param>
    /// <param name="image">The preprocessed image, checked by <see cref="ImageCheck"/>.</param>
    /// <param name="imageIndex">The image's index within its job; keys the noise.</param>
    /// <param name="storedBaselines">Baseline tensors that the request refers to, in the order it names them; usually empty.</param>
    /// <param name="frame">Where the picture lies in the image, for boxes; null where the image was no picture.</param>
    /// <exception cref="Onnx.SaliencyException">SAL2101, SAL2102: the image does not fit the model or is not finite.</exception>
    public ExplanationRun(
        ResolvedRequest request, Tensor image, uint imageIndex, IReadOnlyList<Tensor>? storedBaselines = null, PictureFrame? frame = null)
    {
        ImageCheck.Check(image, request.Model, imageIndex);
        _given = request;
        _request = request = ImageRequest.Of(request, image.Shape);
        _image = image;
        _imageIndex = imageIndex;
        _method = request.Perturbation is { } perturbation ? new PerturbedOutputs(perturbation) : MethodFactory.Create(request.Options);
        var recipes = BaselineSpec.Recipes(request.Options, imageIndex);
        _stored = storedBaselines ?? [];
        _baselines = BaselineFactory.All(recipes, image, _stored);
        _frame = frame;
        _looks = DetectionLooks.Of(request);
        _probe = ProbeRound.Round(recipes, _baselines.Count, request);
        Opening = [.. (_looks?.Rounds ?? []).Append(_probe).Select(Numbered)];
        _probePoints = Opening.Sum(r => r.Points.Count);
        _round = Opening[0];
        _tree = TreeOf(_round);
    }

    /// <summary>Gets the current round, or null when the run is finished.</summary>
    public Round? Round => _round;

    /// <summary>Gets the shards of the current round that have not arrived, in order; empty when the run is finished.</summary>
    public IReadOnlyList<ShardSpec> Shards =>
        _round is null ? [] : [.. _round.Shards().Where(s => !_tree!.Has(s.Index))];

    /// <summary>Gets whether the result is there.</summary>
    public bool IsComplete => _result is not null;

    /// <summary>Gets the result.</summary>
    /// <exception cref="InvalidOperationException">The run is not complete.</exception>
    public Explanation Result => _result ?? throw new InvalidOperationException("The run is not complete.");

    /// <summary>Gets the rounds before the method's own: looks at a detector's outputs, and the probe.</summary>
    internal IReadOnlyList<Round> Opening { get; }

    /// <summary>Gets what the last round gave; null before the first one.</summary>
    internal RoundResult? LastResult { get; private set; }

    /// <summary>Gets how many points of the current round have arrived.</summary>
    internal int Arrived => _tree?.Nodes.Sum(n => n.Scores.Length) ?? 0;

    /// <summary>Gets how far the run is.</summary>
    public RunProgress Progress
    {
        get
        {
            var known = _pointsDone + (_round?.Points.Count ?? 0) - _probePoints;
            var done = Math.Max(0, _pointsDone + Arrived - _probePoints);
            return new(_round?.Number ?? _roundsDone + Opening.Count, done, known, IsComplete ? known
                : Math.Max(known, _request.PlannedPoints));
        }
    }

    /// <summary>Gets whether every shard of the current round has arrived and <see cref="Compute()"/> says what comes next.</summary>
    public bool IsRoundComplete => _tree?.Root is not null;

    /// <summary>Takes a shard's sums or those of an aligned subtree; the last one of a round starts the next round or ends the run.</summary>
    /// <returns>False when it brought nothing new: a repeated shard, or one of an earlier round.</returns>
    /// <exception cref="Onnx.SaliencyException">SAL2401: it does not fit the round. SAL2402: it is not finite; the image cannot be explained.</exception>
    public bool Add(Partial partial)
    {
        if (!Accept(partial)) return false;
        if (IsRoundComplete) Commit(Compute());
        return true;
    }

    /// <summary>As <see cref="Add"/>, but leaves what follows a complete round to <see cref="Compute()"/> and <see cref="Commit"/>.</summary>
    public bool Accept(Partial partial)
    {
        if (_round is null || partial.Round < _round.Number) return false;
        PartialCheck.Check(partial, _round, _tree!, _request, _image.Shape, _imageIndex);
        return _tree!.Add(partial);
    }

    /// <summary>Works out what follows the complete round: the next round, or the result. Changes nothing, so it can be repeated where it fails,
    /// and done on another thread meanwhile.</summary>
    /// <exception cref="InvalidOperationException">Shards are missing.</exception>
    public RunStep Compute() => _tree?.Root is { } root
        ? Compute(new(root.Sum, root.SquaredSum, root.Scores, root.Outputs) { OutputShape = root.OutputShape })
        : throw new InvalidOperationException("Shards of the round are missing.");

    /// <summary>Works out what follows a result of the current round, wherever that came from.</summary>
    internal RunStep Compute(RoundResult result)
    {
        var points = _pointsDone + _round!.Points.Count;
        if (_looked.Count < Opening.Count - 1) return Looked(result, points);
        if (_context is null) return Next(new(_request, _image, _imageIndex, _baselines,
            ProbeRound.Read(_request, _imageIndex, result, _chosen)) { Stored = _stored }, result, 0, points, []);
        return Next(_context, result, _roundsDone + 1, points, _method.Condense(_context, [.. _done, result]));
    }

    /// <summary>Ends the current round with what <see cref="Compute()"/> gave.</summary>
    public void Commit(RunStep step)
    {
        (_looked, _chosen) = (step.Looked ?? _looked, step.Chosen ?? _chosen);
        (LastResult, _context, _roundsDone, _pointsDone, _done, _round, _result) =
            (step.Last, step.Context, step.RoundsDone, step.PointsDone, step.Done, step.Round, step.Result);
        _tree = _round is null ? null : TreeOf(_round);
    }

    /// <summary>Gets the best estimate from whatever has arrived of the method's rounds, or null before anything has.</summary>
    public Preview? Preview() => Snapshot().Preview();

    /// <summary>Gets everything that has arrived, as versioned bytes.</summary>
    public byte[] Save() => Snapshot().Save();

    /// <summary>Gets what there is now; later sums do not change it, so it can be looked at on another thread.</summary>
    public RunSnapshot Snapshot() => new(
        new(_given, _imageIndex, _image), _method, _context, _roundsDone, _pointsDone, _done, _round, [.. _tree?.Nodes ?? []], _result, Progress);

    /// <summary>Goes on from a checkpoint.</summary>
    /// <param name="checkpoint">What <see cref="Save"/> gave.</param>
    /// <param name="request">The same request.</param>
    /// <param name="image">The same image.</param>
    /// <param name="imageIndex">The same index.</param>
    /// <param name="storedBaselines">The same baselines.</param>
    /// <param name="frame">The same frame.</param>
    /// <exception cref="Onnx.SaliencyException">SAL2301: the bytes are no checkpoint of this run or are damaged.</exception>
    public static ExplanationRun Load(
        ReadOnlyMemory<byte> checkpoint, ResolvedRequest request, Tensor image, uint imageIndex,
        IReadOnlyList<Tensor>? storedBaselines = null, PictureFrame? frame = null)
    {
        var run = new ExplanationRun(request, image, imageIndex, storedBaselines, frame);
        run.Restore(Checkpoint.Read(checkpoint, new(request, imageIndex, image)));
        return run;
    }

    private void Restore(Checkpoint.Content content)
    {
        // What a method asks for is a pure function of what is done, so rounds need not be stored.
        if (content.Probe is not null)
        {
            _looked = _looks?.None ?? [];
            Commit(Next(new(_request, _image, _imageIndex, _baselines, content.Probe) { Stored = _stored }, null, content.Rounds,
                content.Points, content.Done));
        }
        // Looks before the probe are not stored: a run that was left there begins again.
        foreach (var node in content.Nodes.Where(n => n.Round == _round?.Number)) Accept(node);
    }

    private RunStep Looked(RoundResult result, int points)
    {
        IReadOnlyList<RoundResult> looked = [.. _looked, result];
        return new(null, result, 0, points, [], Opening[looked.Count], null)
        {
            Looked = looked,
            Chosen = looked.Count == Opening.Count - 1 ? _looks!.Choose(looked, _image, _frame, _imageIndex) : null,
        };
    }

    private RunStep Next(MethodContext context, RoundResult? last, int rounds, int points, IReadOnlyList<RoundResult> done)
    {
        if (_method.NextRound(context, done) is { } next)
            return new(context, last, rounds, points, done, Numbered(next with { Target = context.Probe.Target }, rounds + Opening.Count),
                null);
        var probe = context.Probe;
        var baseline = probe.BaselineScores.Count == 0 ? (float?)null : probe.BaselineScores.Average();
        var estimate = _method.Finish(context, done);
        return new(context, last, rounds, points, done, null, new(
            estimate, probe.Target, probe.Label, probe.ImageScore, baseline,
            points - _probePoints, _probePoints, ReportedOptions.Of(_request))
        {
            Detection = probe.Detection,
            Explained = ExplainedText.Of(_request),
            MapLayout = LayoutTensors.OfMap(_request, estimate.Map, _image.Shape),
            Notes = ResultNotes.Of(_request, _image, probe, estimate),
        });
    }

    private Round Numbered(Round round, int number)
    {
        if (_looks is not null && number < _looks.Rounds.Count) return round with { Number = number };
        return Numbered(ReferenceEquals(round, _probe) ? round : Sized(round, _request), number, _request);
    }

    /// <summary>Fits micro-batch and shards of a round of a method to the request.</summary>
    internal static Round Sized(Round round, ResolvedRequest request) =>
        round with { MicroBatch = request.MicroBatch, ShardPoints = ShardSize.Of(round, request) };

    /// <summary>Makes a sized round one of a run: its number, and what is explained.</summary>
    internal static Round Numbered(Round round, int number, ResolvedRequest request) => round with
    {
        Number = number,
        Output = request.Model.NamedOutput,
        Score = round.Score == ScoreKind.Output && request.Model.IsInside ? ScoreKind.Tensor : round.Score,
        Probability = request.Options.Score == "probability",
        Layout = request.Model.Layout,
    };

    private static ReductionTree TreeOf(Round round) => new(round.Shards().Count, round.Reduction);
}
