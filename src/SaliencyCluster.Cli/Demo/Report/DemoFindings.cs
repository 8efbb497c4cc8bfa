namespace SaliencyCluster.Cli.Demo.Report;

/// <summary>Everything that the report of the demo shows.</summary>
/// <param name="Models">The two models, the sound one first.</param>
/// <param name="Images">The images, in the order they are shown.</param>
/// <param name="Others">The most telling picture with other methods.</param>
/// <param name="Facts">Label and value of what was measured, such as the rate.</param>
/// <param name="Method">What was computed, in words.</param>
internal sealed record DemoFindings(
    IReadOnlyList<string> Models, IReadOnlyList<DemoImage> Images, IReadOnlyList<DemoMethod> Others,
    IReadOnlyList<(string Label, string Value)> Facts, string Method);

/// <summary>One method's answers about one picture.</summary>
/// <param name="Method">The method.</param>
/// <param name="HeatMaps">One heat map per model, as PNG.</param>
internal sealed record DemoMethod(string Method, IReadOnlyList<byte[]> HeatMaps);

/// <summary>One image and what each model says about it.</summary>
/// <param name="Name">Name of its file, such as <c>cat-on-snow</c>.</param>
/// <param name="Animal">What it shows.</param>
/// <param name="Ground">What the animal stands on.</param>
/// <param name="Picture">The image as PNG.</param>
/// <param name="AnimalArea">Share of the pixels that belong to the animal.</param>
/// <param name="Answers">One per model.</param>
internal sealed record DemoImage(string Name, string Animal, string Ground, byte[] Picture, double AnimalArea, IReadOnlyList<DemoAnswer> Answers);

/// <summary>What a model says about an image and where it looks.</summary>
/// <param name="Label">Its answer.</param>
/// <param name="IsRight">Whether that is what the image shows.</param>
/// <param name="Score">The logit of the answer.</param>
/// <param name="OnAnimal">Share of the positive attribution on the animal, from 0 to 1.</param>
/// <param name="HeatMap">The heat map as PNG.</param>
internal sealed record DemoAnswer(string Label, bool IsRight, double Score, double OnAnimal, byte[] HeatMap);
