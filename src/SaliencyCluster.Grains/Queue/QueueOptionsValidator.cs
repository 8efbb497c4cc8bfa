using Microsoft.Extensions.Options;
using SaliencyCluster.Grains.Registration;

namespace SaliencyCluster.Grains.Queue;

internal sealed class QueueOptionsValidator : IValidateOptions<QueueOptions>
{
    public ValidateOptionsResult Validate(string? name, QueueOptions o) => new OptionRules(QueueOptions.Section)
        .Within(nameof(o.LeaseTime), o.LeaseTime, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10))
        .Within(nameof(o.TicketTime), o.TicketTime, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10))
        .Within(nameof(o.MaxAttempts), o.MaxAttempts, 1, 20)
        .Within(nameof(o.SpeculateAfter), o.SpeculateAfter, TimeSpan.FromSeconds(0.1), TimeSpan.FromHours(1))
        .Within(nameof(o.SpeculateFactor), o.SpeculateFactor, 1, 1000)
        .Result;
}
