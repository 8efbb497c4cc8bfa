namespace SaliencyCluster.Attribution.Requests;

/// <summary>What a user asks for; unset options are null. The same for the command line, gRPC and stored jobs.</summary>
/// <remarks>Ranges and meanings are those of <see cref="OptionCatalog"/>, defaults those of each method's description.</remarks>
public sealed record ExplanationRequest
{
    /// <summary>Gets the method's name, such as <c>smoothgrad</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Gets what is explained: a class index, a label, <c>predicted</c>, or <c>I,J,..</c> with <c>:</c> for a sum over a dimension.</summary>
    public string? Target { get; init; }

    /// <summary>Gets the output of the model that is explained; null means the one that looks most like class scores.</summary>
    public string? Output { get; init; }

    /// <summary>Gets the box whose detection is explained: <c>x0,y0,x1,y1[:class]</c>, in pixels of the picture as given.</summary>
    public string? Box { get; init; }

    /// <summary>Gets the number of the detection that is explained, best first, from 1.</summary>
    public int? Detection { get; init; }

    /// <summary>Gets the detector's family, <c>FAMILY[:WORD,..]</c>; null means the one that the outputs' shapes tell.</summary>
    public string? Head { get; init; }

    /// <summary>Gets the least score of a detection.</summary>
    public double? ScoreThreshold { get; init; }

    /// <summary>Gets the intersection over union above which a detection repeats a better one, and which a box shares at least with a
    /// detection.</summary>
    public double? Iou { get; init; }

    /// <summary>Gets <c>logit</c> (before a final Softmax) or <c>probability</c>.</summary>
    public string? Score { get; init; }

    /// <summary>Gets the number of path steps.</summary>
    public int? Steps { get; init; }

    /// <summary>Gets the quadrature rule of path methods.</summary>
    public string? Rule { get; init; }

    /// <summary>Gets the baseline: <c>zeros</c>, <c>ones</c>, <c>mean</c>, <c>blur</c> or a stored tensor.</summary>
    public string? Baseline { get; init; }

    /// <summary>Gets the number of noise samples.</summary>
    public int? Samples { get; init; }

    /// <summary>Gets the noise level; its unit is <see cref="StdevKind"/>.</summary>
    public double? Stdev { get; init; }

    /// <summary>Gets <c>relative</c> (times max - min of the preprocessed image) or <c>absolute</c>.</summary>
    public string? StdevKind { get; init; }

    /// <summary>Gets how noise samples relate: <c>independent</c>, <c>antithetic</c> or <c>latin-hypercube</c>.</summary>
    public string? Sampling { get; init; }

    /// <summary>Gets the seed of everything random.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Gets the ONNX tensor that layer methods look at, or <c>last-conv</c>.</summary>
    public string? Layer { get; init; }

    /// <summary>Gets the occlusion window, height and width in pixels.</summary>
    public IReadOnlyList<int>? Window { get; init; }

    /// <summary>Gets the occlusion stride, height and width in pixels.</summary>
    public IReadOnlyList<int>? Stride { get; init; }

    /// <summary>Gets how the image is cut into segments: <c>grid:N</c>, <c>slic:N</c>, <c>felzenszwalb:SCALE</c> or a file.</summary>
    public string? Segments { get; init; }

    /// <summary>Gets how an image is drawn by gradient ascent, <see cref="AscentSpec"/>.</summary>
    public string? Ascent { get; init; }

    /// <summary>Gets the relative error of the map at which to stop.</summary>
    public double? Tolerance { get; init; }

    /// <summary>Gets the noise wrapper: <c>smoothgrad</c>, <c>smoothgrad-squared</c> or <c>vargrad</c>.</summary>
    public string? Smooth { get; init; }

    /// <summary>Gets the number of noise samples of <see cref="Smooth"/> around a method that reads <see cref="Samples"/> itself.</summary>
    public int? SmoothSamples { get; init; }

    /// <summary>Gets whether only evidence for the target is kept (Grad-CAM).</summary>
    public bool? Relu { get; init; }

    /// <summary>Gets how many of the classes that are most like the target it is held against (Finer-CAM).</summary>
    public int? Finer { get; init; }

    /// <summary>Gets how a coarse map is enlarged: <c>nearest</c> or <c>bilinear</c> (Guided Grad-CAM).</summary>
    public string? Upsampling { get; init; }

    /// <summary>Gets whether the standard error of every element is returned beside the map.</summary>
    public bool? StandardErrorMap { get; init; }

    /// <summary>Gets the number of points per session run; null lets the image's size decide.</summary>
    public int? MicroBatch { get; init; }

    /// <summary>Gets the number of points per shard, rounded up to whole micro-batches; null lets the image's size decide.</summary>
    public int? ShardPoints { get; init; }
}
