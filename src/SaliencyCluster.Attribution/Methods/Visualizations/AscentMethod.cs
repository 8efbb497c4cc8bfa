using SaliencyCluster.Attribution.Ascents;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Visualizations;

/// <summary>
/// An image that is drawn by gradient ascent: each round asks for the gradient at moved copies of the image so far, and its step is a
/// pure function of the state and of what came back. The map of its result is the images on the way, <c>[frames, ..image]</c>; the last
/// one is the end.
/// </summary>
public abstract class AscentMethod : IAttributionMethod
{
    // Parameters, means, frames, their successors, and gradients at work.
    private const int StateMaps = 2 * (3 + AscentSpec.MostFrames) + 8, CopyMaps = 3;
    private const int CopyOperations = 60, PixelOperations = 120, PhaseOperations = 400;

    private const double PhaseRate = 0.5, PhaseStart = 3;

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract MethodDescription Description { get; }

    /// <inheritdoc/>
    public string? WhyNotSmoothed => "it draws an image instead of explaining one";

    /// <summary>Gets whether it takes tensors between image and output only.</summary>
    public virtual bool NeedsTensor => false;

    /// <summary>Gets what holds where the option <c>ascent</c> says nothing.</summary>
    /// <param name="imageShape">Shape of one image.</param>
    protected abstract AscentSpec Defaults(IReadOnlyList<int> imageShape);

    /// <summary>Gets where the ascent starts; null means the middle of the range.</summary>
    protected abstract Tensor? Start(MethodContext context);

    /// <summary>Makes a round of the method out of what all have in common.</summary>
    protected abstract Round Round(Round round);

    /// <summary>Gets by what scores are divided.</summary>
    protected abstract double Unit(MethodContext context);

    /// <summary>Says what else is wrong with how the image is drawn.</summary>
    protected virtual IEnumerable<string> Wrong(AscentSpec spec) => [];

    /// <inheritdoc/>
    public ExplanationRequest Complete(ExplanationRequest request, IReadOnlyList<int> imageShape) =>
        Read(request.Ascent, imageShape, out var wrong) is var spec && wrong is null
            ? request with { Ascent = spec.ToString() } : request;

    /// <inheritdoc/>
    public IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model)
    {
        int[] shape = [.. model.ImageShape.Select(d => d < 0 ? RequestCost.FreeSize : (int)Math.Min(d, int.MaxValue))];
        var spec = Read(request.Ascent, shape, out var wrong);
        if (wrong is not null)
            yield return new("SAL2003", "ascent", $"Option 'ascent' has '{Echo.Of(wrong)}'.", $"It must be {AscentSpec.Words}.");
        else if (spec.Range.Count == 0)
            yield return new("SAL2003", "ascent", "Option 'ascent' has no 'range'.", "Say between which values the prepared image lies, "
                + "such as `range=0:1`: what a pixel of 0 and one of 255 become.");
        else if (spec.Range.Count > 1 && (shape.Length != 3 || spec.Range.Count != shape[0]))
            yield return new("SAL2003", "ascent", $"Option 'ascent' has {spec.Range.Count} ranges, and the image has "
                + $"{(shape.Length == 3 ? shape[0] : 1)} channel(s).", "Give one range, or one for each channel.");
        if (shape.Length != 3 && (spec.Basis != AscentBasis.Pixel || spec.Jitter > 0 || spec.Zoom > 0 || spec.Turn > 0))
            yield return MethodErrors.NoPlanes(Name, "draws planes", model, "Give `basis=pixel,jitter=0,zoom=0,turn=0`.");
        if (spec.Probability && (model.IsInside || model.Activation == "Sigmoid" || ClassAxis.Only(model.OutputShape) is null))
            yield return new("SAL2003", "ascent", $"Option 'ascent' aims at a probability, and '{model.Output}' of shape "
                + $"[{ShapeText.Of(model.OutputShape)}] has no classes that exclude each other.", "Give `aim=score`.");
        foreach (var more in Wrong(spec)) yield return new("SAL2003", "ascent", $"Option 'ascent' is '{Echo.Of(request.Ascent ?? "")}'.",
            more);
        if (request.Score == "probability")
            yield return new("SAL2003", "score", $"Method '{Name}' looks at tensors as they are before a Softmax, not at probabilities.",
                "Leave out `score`; to aim at a probability give `aim=probability` in `ascent`.");
    }

    /// <inheritdoc/>
    public long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        Saturated.Sum(
            Saturated.Product(request.Steps!.Value, Spec(request, imageShape).Copies), AscentSpec.FrameSteps(request.Steps.Value).Length);

    /// <inheritdoc/>
    public long FirstRoundPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        Spec(request, imageShape).Copies;

    /// <inheritdoc/>
    public long KeptMaps(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        StateMaps + (CopyMaps * Spec(request, imageShape).Copies);

    /// <inheritdoc/>
    public long Operations(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape)
    {
        var spec = Spec(request, imageShape);
        // Four transforms a step, each of as many products a value as the image has rows and columns, four or more products at once. Of
        // phases twice as many, and their sines and cosines.
        long waves = spec.Basis == AscentBasis.Pixel ? 0 : imageShape.Skip(1).Sum(d => (long)d);
        var each = PixelOperations + (CopyOperations * spec.Copies)
            + (spec.Basis == AscentBasis.Maco ? (2 * waves) + PhaseOperations : waves);
        return Saturated.Product(each, request.Steps!.Value, Saturated.Elements(imageShape));
    }

    /// <inheritdoc/>
    public Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var steps = context.Options.Steps!.Value;
        var state = StateOf(context, done);
        if (done.Count == 2) return null;
        var (spec, now) = (Spec(context), Now(context, state));
        var isScored = state.Scores.Length == steps;
        Tensor[] points = isScored ? Apart(state.Frames(steps, now))
            : [.. Copies(context, spec, state.Scores.Length).Select(copy => new Tensor(now.Shape, copy.Of(now.Data)))];
        return Round(new()
        {
            Score = spec.Probability && !isScored ? ScoreKind.LogProbability : ScoreKind.Output,
            Map = isScored ? PointMap.None : PointMap.Gradient,
            Reduction = PointReduction.Each,
            Recipe = new PointRecipe { Path = PathKind.Anchor, Anchors = points },
            Points = [.. points.Select((_, i) => new Point(1, 1, -1, i))],
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<RoundResult> Condense(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var last = done[^1];
        // The scores of the frames.
        if (last.Sum is null) return done;
        var (spec, state) = (Spec(context), StateOf(context, [.. done.SkipLast(1)]));
        var canvas = CanvasOf(context);
        var mixed = canvas.Mix(state.Parameters);
        var drawn = Canvas.Draw(mixed);
        var input = canvas.Input(drawn);
        var (atInput, atDrawn) = (new double[drawn.Length], new double[drawn.Length]);
        var copies = Copies(context, spec, state.Scores.Length);
        for (var i = 0; i < copies.Length; i++)
            copies[i].Spread(last.Sum.Data.AsSpan(i * drawn.Length, drawn.Length), atInput);
        var unit = Unit(context) * copies.Length;
        for (var i = 0; i < atInput.Length; i++) atInput[i] /= unit;
        if (input.Shape is [_, var height, var width])
            Regularizers.TotalVariation(drawn, height, width, -spec.TotalVariation, atDrawn);
        Regularizers.Square(drawn, -spec.Square, atDrawn);
        var score = (float)(last.Scores.Sum(s => (double)s) / unit);
        return [state.Step(spec, context.Options.Steps!.Value, canvas.Gradient(state.Parameters, mixed, atInput, atDrawn), score,
            input.Data).Kept()];
    }

    /// <inheritdoc/>
    public MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var state = StateOf(context, done);
        var frames = state.Frames(context.Options.Steps!.Value, Now(context, state));
        var unit = Unit(context);
        return new(frames)
        {
            Trace = state.Scores,
            FrameScores = done.Count == 2 ? [.. done[1].Scores.Select(s => (float)(s / unit))] : null,
        };
    }

    private static Tensor[] Apart(Tensor frames)
    {
        var size = frames.Data.Length / frames.Shape[0];
        return [.. Enumerable.Range(0, frames.Shape[0]).Select(i => new Tensor(frames.Shape[1..], frames.Data[(i * size)..((i
            + 1) * size)]))];
    }

    private AscentState StateOf(MethodContext context, IReadOnlyList<RoundResult> done) => done.Count > 0 ? AscentState.Of(done[0])
        : AscentState.Start(Spec(context), context.Image.Shape, context.Options.Steps!.Value, context.Options.Seed!.Value,
            context.ImageIndex);

    private ImageCopy[] Copies(MethodContext context, AscentSpec spec, int step)
    {
        var (height, width) = context.Image.Shape is [_, var h, var w] ? (h, w) : (1, context.Image.Data.Length);
        return [.. Enumerable.Range(0, spec.Copies).Select(copy =>
            ImageCopy.Drawn(spec, height, width, context.Options.Seed!.Value, context.ImageIndex, step, copy))];
    }

    private Tensor Now(MethodContext context, AscentState state)
    {
        var canvas = CanvasOf(context);
        return canvas.Input(Canvas.Draw(canvas.Mix(state.Parameters)));
    }

    private Canvas CanvasOf(MethodContext context) => new(Spec(context), context.Image.Shape, Start(context));

    private AscentSpec Spec(MethodContext context) => Spec(context.Options, context.Image.Shape);

    private AscentSpec Spec(ExplanationRequest request, IReadOnlyList<int> imageShape) => Read(request.Ascent, imageShape, out _);

    private AscentSpec Read(string? text, IReadOnlyList<int> imageShape, out string? wrong)
    {
        var spec = AscentSpec.Read(text, Defaults(imageShape), out wrong);
        // Phases are radians: what moves a coefficient a little hardly turns one.
        return spec.Basis != AscentBasis.Maco ? spec
            : AscentSpec.Read(text, Defaults(imageShape) with { Rate = PhaseRate, Start = PhaseStart }, out wrong);
    }
}
