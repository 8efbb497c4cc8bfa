namespace SaliencyCluster.Reporting;

/// <summary>The known critiques of these tests, cited, and what this report does about each.</summary>
internal static class LimitsSection
{
    private static readonly (string Text, string Source, string Address)[] Critiques =
    [
        ("The randomisation test confounds task and method: where objects are always in one place, a map cannot change much. A method that keeps its look is not thereby shown to be wrong. Try images with objects at random places.",
            "Yona and Greenfeld, 2021", "https://arxiv.org/abs/2110.14297"),
        ("Uninformative maps score best in this test, and randomisation from the output keeps the scale of activations, so maps are expected to change only partly. Methods must not be ranked by it; pair it with tests of faithfulness.",
            "Binder et al., 2023", "https://arxiv.org/abs/2211.12486"),
        ("Taking absolute values and normalising changes outcomes, so signed and unsigned measures stand side by side; randomisation from the input and the entropy's rise are further variants.",
            "Hedström et al., 2024", "https://arxiv.org/abs/2405.02383"),
        ("Multiplying by the input keeps the input's structure and with it the likeness; compare a method with and without the factor.",
            "Kokhlikyan et al., 2021", "https://arxiv.org/abs/2106.07475"),
        ("Most methods that modify backpropagation ignore later layers; the random-logit test shows it.",
            "Sixt et al., 2020", "https://arxiv.org/abs/1912.09818"),
        ("Measures of saliency maps are statistically unreliable and implementations differ; hence intervals, controls and several measures.",
            "Tomsett et al., 2020", "https://arxiv.org/abs/1912.01451"),
        ("Removed pixels leak their shape to the model; ROAD fills them from their neighbours.",
            "Rong et al., 2022", "https://arxiv.org/abs/2202.00449"),
    ];

    public static string Of() => Html.Section("limits", "What these tests cannot do", Html.Element("ul", string.Concat(Critiques.Select(c =>
        Html.Element("li", $"{Html.Text(c.Text)} {Reference(c.Source, c.Address)}")))));

    // Beside the report: the page that shows it in a frame may show nothing else there.
    private static string Reference(string source, string address) =>
        Html.Element("a", Html.Text(source), $"href=\"{address}\" target=\"_blank\" rel=\"noopener noreferrer\"");
}
