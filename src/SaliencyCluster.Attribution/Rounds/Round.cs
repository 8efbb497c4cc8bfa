using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Rounds;

/// <summary>
/// A set of points that can be evaluated in any order on any worker. A method asks for one round after another and sees
/// only complete rounds, so what it decides does not depend on who computed what or when.
/// </summary>
/// <remarks>
/// Plain data that round-trips through System.Text.Json: it travels to workers and, with the model, the image and the
/// stored baselines, is all that a worker needs.
/// </remarks>
public sealed record Round
{
    /// <summary>Gets the number of the round within its run; round 0 is the probe.</summary>
    public int Number { get; init; }

    /// <summary>Gets what each point produces.</summary>
    public required PointMap Map { get; init; }

    /// <summary>Gets the gradient rules.</summary>
    public GradientRules Rules { get; init; }

    /// <summary>Gets the layer, for maps that look at one.</summary>
    public string? Layer { get; init; }

    /// <summary>Gets whether <see cref="Layer"/> holds tokens, whose places maps put on their grid.</summary>
    public bool Tokens { get; init; }

    /// <summary>Gets whether points are activations of <see cref="Layer"/> and only what lies behind it is computed.</summary>
    public bool BehindLayer { get; init; }

    /// <summary>Gets how Guided Grad-CAM enlarges its coarse map.</summary>
    public Upsampling Upsampling { get; init; }

    /// <summary>Gets whether probabilities are explained instead of the logits before a final Softmax.</summary>
    public bool Probability { get; init; }

    /// <summary>Gets the output that is explained; null means the model's first.</summary>
    public string? Output { get; init; }

    /// <summary>Gets what the score of a point is.</summary>
    public ScoreKind Score { get; init; }

    /// <summary>Gets whether the output is wanted as the model gives it, integers as numbers; only without a map.</summary>
    public bool AsIs { get; init; }

    /// <summary>Gets the detection whose like is looked for: points score by their similarity to it; null where they score by the
    /// target.</summary>
    public DetectionSimilarity? Similarity { get; init; }

    /// <summary>Gets where the model's own input has its channels.</summary>
    public ImageLayout Layout { get; init; }

    /// <summary>Gets the target in its resolved form, such as <c>3</c> or <c>3,:,:</c>; null scores every point 0 (the probe).</summary>
    public string? Target { get; init; }

    /// <summary>Gets what further elements of the output add to the score beside the target, such as the classes that it is held against.</summary>
    public IReadOnlyList<WeighedElement> Against { get; init; } = [];

    /// <summary>Gets how the maps of points become the sum.</summary>
    public PointReduction Reduction { get; init; }

    /// <summary>Gets whether the sum of squares is wanted: of each point's map, or of each sample's sum where <see cref="PointsPerSample"/> is above 1.</summary>
    public bool Squares { get; init; }

    /// <summary>Gets how many neighbouring points make one sample, for <see cref="Squares"/>.</summary>
    /// <value>At least 1. The default is 1.</value>
    public int PointsPerSample { get; init; } = 1;

    /// <summary>Gets the weight of each sample in the sum of squares; read only where <see cref="PointsPerSample"/> is above 1.</summary>
    /// <value>Above 0. The default is 1.</value>
    public float SampleWeight { get; init; } = 1;

    /// <summary>Gets whether the whole output of each point is returned, not only its score.</summary>
    public bool Outputs { get; init; }

    /// <summary>Gets how the points are built.</summary>
    public required PointRecipe Recipe { get; init; }

    /// <summary>Gets the points.</summary>
    public required IReadOnlyList<Point> Points { get; init; }

    /// <summary>Gets 0: a round travels whole. Kept for the text of version 0.1, which could send a part of one.</summary>
    public int FirstPoint { get; init; }

    /// <summary>Gets how many points one session run evaluates.</summary>
    /// <value>At least 1; the run sets it from the request.</value>
    public int MicroBatch { get; init; } = 1;

    /// <summary>Gets how many points make a shard; the last one may have fewer.</summary>
    /// <value>At least 1; the run sets it from the request.</value>
    public int ShardPoints { get; init; } = 1;

    /// <summary>Gets the explanation graph that evaluates the round; on a device that does not make points itself, without
    /// <see cref="ExplanationSpec.Points"/>.</summary>
    /// <param name="imageShape">Shape of one image without batch.</param>
    public ExplanationSpec Spec(IReadOnlyList<int> imageShape)
    {
        var layout = new MicroBatchLayout(this);
        return new ExplanationSpec
        {
            ImageShape = [.. imageShape.Select(d => (long)d)],
            Layout = Layout,
            MicroBatch = MicroBatch,
            Rows = layout.Rows,
            Map = Map,
            Rules = Rules,
            Layer = BehindLayer ? null : Layer,
            Tokens = Tokens,
            Behind = BehindLayer ? Layer : null,
            Upsampling = Upsampling,
            Output = Similarity is null ? Output : null,
            Score = Score,
            Probability = Probability,
            Joined = Similarity?.Head.Outputs ?? [],
            AsIs = AsIs,
            Multiplier = Recipe.Multiplier != MultiplierKind.None && Score != ScoreKind.Likeness,
            Squares = Squares && layout.SquaresOnDevice,
            Points = Similarity is null && Score == ScoreKind.Output ? DeviceForm.Of(Recipe, Points) : null,
        };
    }

    /// <summary>Gets the shards of the whole round, in order.</summary>
    public IReadOnlyList<ShardSpec> Shards()
    {
        var count = Points.Count;
        return [.. Enumerable.Range(0, (count + ShardPoints - 1) / ShardPoints)
            .Select(i => new ShardSpec(Number, i, i * ShardPoints, Math.Min(ShardPoints, count - i * ShardPoints)))];
    }
}

/// <summary>An element of the output and what it adds to a score.</summary>
/// <param name="Element">Its index in C order, without batch.</param>
/// <param name="Weight">What its value is multiplied by.</param>
public readonly record struct WeighedElement(int Element, float Weight);
