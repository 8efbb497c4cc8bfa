namespace SaliencyCluster.Cli.Demo.Report;

/// <summary>Says in words what the numbers show. It claims nothing that the run did not find.</summary>
internal static class Headline
{
    /// <summary>Gets the title: the most telling wrong answer of the second model, if there is one.</summary>
    public static string Of(DemoFindings findings) => MostTelling(findings.Images) is var (image, answer)
        ? $"Why does this network call a {image.Animal} a {answer.Label}? It looks at the {image.Ground}."
        : "Two networks, the same answers. Do they look at the same things?";

    /// <summary>Gets the sentences below the title.</summary>
    public static string Summary(DemoFindings findings)
    {
        var text = $"Both networks name animals. {findings.Models[1]} was trained on pictures in which every polar bear stood on snow and nothing else did; {findings.Models[0]} on all combinations. ";
        if (MostTelling(findings.Images) is not var (image, answer)) return text + $"On these images {Right(findings, 0)} and {Right(findings, 1)} of {findings.Images.Count} answers are right.";
        var sound = image.Answers[0];
        return text + $"{findings.Models[1]} gets {Right(findings, 1)} of {findings.Images.Count} images right, {findings.Models[0]} {Right(findings, 0)}. "
            + $"For the {image.Animal} on {image.Ground}, {DemoReport.Percent(1 - answer.OnAnimal)} of what speaks for '{answer.Label}' lies on the {image.Ground}; "
            + $"of what speaks for '{sound.Label}' in {findings.Models[0]}, {DemoReport.Percent(sound.OnAnimal)} lies on the animal.";
    }

    /// <summary>Gets the name of the image that tells most: the wrong answer with the least evidence on the animal, else the first.</summary>
    public static string TellingName(IReadOnlyList<DemoImage> images) => (MostTelling(images)?.Image ?? images[0]).Name;

    private static int Right(DemoFindings findings, int model) => findings.Images.Count(i => i.Answers[model].IsRight);

    private static (DemoImage Image, DemoAnswer Answer)? MostTelling(IReadOnlyList<DemoImage> images) =>
        images.Where(i => !i.Answers[1].IsRight && i.Answers[0].IsRight).OrderBy(i => i.Answers[1].OnAnimal)
            .Select(i => ((DemoImage, DemoAnswer)?)(i, i.Answers[1])).FirstOrDefault();
}
