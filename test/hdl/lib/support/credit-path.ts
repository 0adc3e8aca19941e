/** A sender, a link and a receiver. */
import { connect, input, instance, module, output, stream, type UIntShape } from '#edsl'
import { creditLink, creditReceiver, creditSender } from '#hdl/lib'

/** Numbers from `from` to `to` over a link of `stages` registers each way, or of none. */
export const creditPath = (shape: UIntShape, credits: number, depth: number, stages: number) =>
  module(
    `credit_path_${shape.bits}_${credits}_${depth}_${stages}`,
    { from: input(stream(shape)), to: output(stream(shape)) },
    ({ from, to }) => {
      const sender = instance(creditSender(shape, credits))
      const receiver = instance(creditReceiver(shape, depth))
      connect(sender.from, from)
      connect(to, receiver.to)
      if (stages === 0) {
        connect(receiver.link, sender.link)
        sender.credit.drive(receiver.credit)
        return
      }
      const link = instance(creditLink(shape, stages))
      connect(link.from, sender.link)
      connect(receiver.link, link.to)
      link.creditFrom.drive(receiver.credit)
      sender.credit.drive(link.creditTo)
    },
  )
